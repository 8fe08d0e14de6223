using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>Selects the container engine for this session, and with -Persist for future sessions.</summary>
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
    /// The address of the engine: for docker a URI such as unix:///run/docker.sock, for podman the name of a connection, the URI of a podman
    /// service, or the path of the executable. Without -Engine, an ssh URI or a plain name selects podman; any other value selects docker.
    /// </summary>
    [Parameter(ParameterSetName = EngineSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = EndpointSet)]
    [Alias("Endpoint")]
    [CellTransformation(IsRequired = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EngineEndpointCompleter))]
    public string? EngineEndpoint { get; set; }

    /// <summary>The name of a podman connection; 'podman system connection list' shows the connections.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ConnectionSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string? Connection { get; set; }

    /// <summary>Resets the selection: the session uses PACK_ENGINE, the user's configuration, or the first engine that answers.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AutomaticSet)]
    public SwitchParameter Automatic { get; set; }

    /// <summary>Also saves the selection in the user's configuration.</summary>
    [Parameter]
    public SwitchParameter Persist { get; set; }

    /// <summary>Connects to the selected engine and returns it.</summary>
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
            ThrowFailure(new PackException(PackErrorIds.EngineMissing, PackErrorKind.InvalidInput, "No engine was specified.")
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
