using System.Management.Automation;

namespace Buildpacks.Commands.Streams;

/// <summary>Writes the core's messages to the streams of one cmdlet.</summary>
internal sealed class CmdletStreams(Cmdlet cmdlet) : IStreamWriter
{
    /// <inheritdoc/>
    public void WriteLog(PackLogLevel level, string category, string message)
    {
        switch (level)
        {
            case PackLogLevel.Debug:
                cmdlet.WriteDebug($"{category}: {message}");
                break;
            case PackLogLevel.Verbose:
                cmdlet.WriteVerbose(message);
                break;
            case PackLogLevel.Warning:
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
        cmdlet.WriteInformation(new HostInformationMessage { Message = text }, [StreamTags.Host, .. tags]);
}
