using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>Chooses the container engine that this session's cmdlets use, and with -Persist that of all sessions to come.</summary>
// An endpoint goes with an engine too. Where it stands alone, both sets fit, and PowerShell takes the default one. The endpoint is mandatory in
// neither: PowerShell would ask for it when the cmdlet is called without arguments.
[Cmdlet(VerbsCommon.Set, "PackEngine", DefaultParameterSetName = EndpointSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(PackEngine))]
public sealed class SetPackEngineCommand : PackCmdlet
{
    private const string EngineSet = "Engine";
    private const string EndpointSet = "Endpoint";
    private const string ConnectionSet = "Connection";
    private const string AutomaticSet = "Automatic";

    /// <summary>The engine.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = EngineSet, ValueFromPipelineByPropertyName = true)]
    [CellTransformation(Type = typeof(PackEngineKind), IsRequired = true)]
    public PackEngineKind? Engine { get; set; }

    /// <summary>
    /// Where it is reached: for docker a URI such as unix:///run/docker.sock, for podman the name of a connection, the URI of a podman
    /// service, or the path of the executable. Alone, an ssh URI or a bare name means podman, anything else docker.
    /// </summary>
    [Parameter(ParameterSetName = EngineSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = EndpointSet)]
    [Alias("Endpoint")]
    [CellTransformation(IsRequired = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EngineEndpointCompleter))]
    public string? EngineEndpoint { get; set; }

    /// <summary>One of podman's connections, as 'podman system connection list' shows them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ConnectionSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string? Connection { get; set; }

    /// <summary>Takes the choice back: the session uses what PACK_ENGINE, the configuration or a search says.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AutomaticSet)]
    public SwitchParameter Automatic { get; set; }

    /// <summary>Keeps the choice in the user's configuration too.</summary>
    [Parameter]
    public SwitchParameter Persist { get; set; }

    /// <summary>Asks the engine that is now in use, and gives what it says of itself.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private EngineChoice Choice =>
        Connection is null ? new EngineChoice(Engine, EngineEndpoint) : new EngineChoice(PackEngineKind.Podman, Connection);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var choice = Choice;
        if (choice.IsEmpty && !Automatic)
        {
            ThrowFailure(new PackException("EngineMissing", PackErrorKind.InvalidInput, "No engine was specified.")
            {
                RecommendedAction = "Use Set-PackEngine Podman or Set-PackEngine Docker. Set-PackEngine -Automatic resets the selection.",
            });
        }

        var action = choice.IsEmpty ? "Reset the engine" : $"Use {choice.ImpliedKind} {choice.Endpoint}".TrimEnd();
        if (ShouldProcess("this session", action))
        {
            SessionEngine.Set(SessionState, choice);
        }

        if (Persist && ShouldProcess("the user's configuration", action))
        {
            Run((sink, _) =>
            {
                var locator = EngineLocator.ForSink(sink);
                locator.Persist(choice);
                return Task.FromResult(locator.Settings.Path);
            });
        }

        if (PassThru)
        {
            WriteObject(Run((sink, cancellationToken) => SessionEngineQuery.AskAsync(
                new EngineRequest { Session = SessionEngine.Get(SessionState), Unresponsive = SessionEngine.Unresponsive(SessionState) }, detail: false, sink, cancellationToken)));
        }
    }
}
