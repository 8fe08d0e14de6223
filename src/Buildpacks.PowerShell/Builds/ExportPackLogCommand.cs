using System.Management.Automation;
using Buildpacks.Commands.Completion;
using Buildpacks.Builds.Records;

namespace Buildpacks.Commands;

/// <summary>Writes the logs of builds to a JSON file. Secrets are masked.</summary>
[Cmdlet(VerbsData.Export, "PackLog", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = OnlineHelp.Address)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPackLogCommand : PackCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly List<LogEntry> _builds = [];
    private readonly List<PSObject> _otherErrors = [];

    /// <summary>The result of a build, or the error record of a failed build.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NewValueCompleter))]
    public PSObject? InputObject { get; set; }

    /// <summary>The file. A path with wildcards must match one existing file.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The file. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    /// <summary>Overwrites a read-only file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Does not overwrite an existing file; an existing file is an error.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Returns the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject!.BaseObject is BuildIndexResult index)
        {
            _builds.AddRange(index.GetBuilds().Select(build => new LogEntry(build, null)));
            return;
        }

        var entry = InputObject.BaseObject switch
        {
            BuildResult result => new LogEntry(result, null),
            ErrorRecord record when FailureOf(record.Exception) is { } failure => new LogEntry(null, failure),
            Exception exception when FailureOf(exception) is { } failure => new LogEntry(null, failure),
            _ => null,
        };
        if (entry is not null)
        {
            _builds.Add(entry);
        }
        else if (InputObject.BaseObject is ErrorRecord or Exception)
        {
            _otherErrors.Add(InputObject);
        }
        else
        {
            WriteNotABuild(InputObject);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_builds.Count == 0)
        {
            _otherErrors.ForEach(WriteNotABuild);
            return;
        }

        // $Error has all errors of the session; who pipes it means those of builds.
        if (_otherErrors.Count > 0)
        {
            WriteVerbose(_otherErrors.Count == 1 ? "Skipped one error that is not from a build." : $"Skipped {_otherErrors.Count} errors that are not from a build.");
        }

        var path = FilePath();
        if (ShouldProcess(path, $"Write the log of {(_builds.Count == 1 ? "a build" : $"{_builds.Count} builds")}"))
        {
            Run(async (sink, cancellationToken) =>
            {
                var file = new LogFile(path, Force, NoClobber);
                file.Check();
                file.Write(await PackLog.WriteAsync(_builds, Versions(), sink, cancellationToken));
                return path;
            });
            if (PassThru)
            {
                WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);
            }
        }
    }

    private void WriteNotABuild(PSObject other) => WriteFailure(
        new PackException(PackErrorIds.NotABuild, PackErrorKind.InvalidInput, $"'{other}' is not the result or the error of a build.")
        {
            RecommendedAction = "Use the output of Invoke-PackBuild, or $Error[0] after a failed build. A result from another process does not have a log: export the log in that process.",
        },
        other);

    /// <summary>What a record of PowerShell's own may wrap, as -ErrorAction Stop makes it.</summary>
    private static PackException? FailureOf(Exception? exception) => exception switch
    {
        null => null,
        PackException failure => failure,
        IContainsErrorRecord { ErrorRecord.Exception: PackException failure } => failure,
        _ => FailureOf(exception.InnerException),
    };

    private string FilePath()
    {
        if (ParameterSetName == LiteralPathSet || !WildcardPattern.ContainsWildcardCharacters(Path))
        {
            return ResolveLiteralPath(ParameterSetName == LiteralPathSet ? LiteralPath : Path);
        }

        var found = ResolvePath(Path);
        if (found.Count != 1)
        {
            ThrowFailure(
                new PackException(PackErrorIds.LogPathAmbiguous, PackErrorKind.InvalidInput, $"'{Path}' matches {found.Count} files; a log is written to one file.")
                {
                    Target = Path,
                    RecommendedAction = "Specify one file; use -LiteralPath for a path with [ or *.",
                },
                Path);
        }

        return found[0];
    }

    private LogVersions Versions()
    {
        var table = SessionState.PSVariable.GetValue("PSVersionTable") as System.Collections.IDictionary;
        return new LogVersions($"{MyInvocation.MyCommand.Version}", $"{table?["PSVersion"] ?? Host.Version}");
    }
}
