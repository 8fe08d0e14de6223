using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Buildpacks.Commands.Streams;

/// <summary>Writes the core's messages to the streams of one cmdlet.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="subject">What the cmdlet works on, such as an image's name; <see langword="null"/> for nothing in particular.</param>
/// <param name="showsTime">Whether the time goes before each line of the information stream.</param>
internal sealed class CmdletStreams(PSCmdlet cmdlet, string? subject, bool showsTime) : IStreamWriter
{
    // ForEach-Object -Parallel gives the runspaces of its blocks this name.
    private const string ParallelBlock = "PSTask:";

    private readonly string _prefix =
        subject is not null && Runspace.DefaultRunspace?.Name?.StartsWith(ParallelBlock, StringComparison.Ordinal) == true ? $"[{subject}] " : "";

    // With -Debug, PowerShell's preference for verbose messages is Inquire unless -Verbose is there too: it would ask at each message
    // whether to continue, and fail where nobody can answer.
    private readonly bool _asksAtVerbose = IsOn(cmdlet, "Debug") && !cmdlet.MyInvocation.BoundParameters.ContainsKey("Verbose");

    private readonly bool _hasColours = ShownText.HasColours(cmdlet.Host, cmdlet.SessionState.PSVariable.GetValue("PSStyle"));

    // Its preference for warnings is Inquire as well, unless -WarningAction is there too.
    private readonly bool _asksAtWarning = IsOn(cmdlet, "Debug") && !cmdlet.MyInvocation.BoundParameters.ContainsKey("WarningAction");

    /// <inheritdoc/>
    public void WriteLog(PackLogLevel level, string category, string message)
    {
        switch (level)
        {
            case PackLogLevel.Debug:
                cmdlet.WriteDebug($"{category}: {message}");
                break;
            case PackLogLevel.Verbose when _asksAtVerbose:
                cmdlet.WriteDebug(message);
                break;
            case PackLogLevel.Verbose:
                cmdlet.WriteVerbose(message);
                break;
            case PackLogLevel.Warning:
                if (_asksAtWarning)
                {
                    WarningPreference.Restore(cmdlet);
                }

                cmdlet.WriteWarning(message);
                break;
            default:
                WriteShown(message, StreamTags.Message);
                break;
        }
    }

    /// <inheritdoc/>
    public void WriteOutput(PackOutputLine line)
    {
        if (line.IsError)
        {
            WriteShown(line.Text, StreamTags.Lifecycle, StreamTags.StandardError);
        }
        else
        {
            WriteShown(line.Text, StreamTags.Lifecycle);
        }
    }

    /// <inheritdoc/>
    public void WriteProgress(ProgressRecord record) => cmdlet.WriteProgress(record);

    private void WriteShown(string text, params string[] tags) =>
        cmdlet.WriteInformation(
            new ShownText(Time() + _prefix + text, _hasColours), subject is null ? [StreamTags.Host, .. tags] : [StreamTags.Host, .. tags, subject]);

    /// <summary>The local time in the form of pack.</summary>
    private string Time() => showsTime ? DateTime.Now.ToString("yyyy/MM/dd HH:mm:ss.ffffff ", CultureInfo.InvariantCulture) : "";

    private static bool IsOn(PSCmdlet cmdlet, string parameter) =>
        cmdlet.MyInvocation.BoundParameters.TryGetValue(parameter, out var value) && LanguagePrimitives.IsTrue(value);
}
