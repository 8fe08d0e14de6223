using System.Management.Automation;

namespace Buildpacks.Commands.Streams;

/// <summary>Writes the core's messages to a cmdlet's streams. Pipeline thread only.</summary>
internal interface IStreamWriter
{
    /// <summary>Writes a message to the stream its level names.</summary>
    void WriteLog(PackLogLevel level, string category, string message);

    /// <summary>Writes a line of the lifecycle to the information stream.</summary>
    void WriteOutput(PackOutputLine line);

    /// <summary>Writes the state of an activity.</summary>
    void WriteProgress(ProgressRecord record);
}
