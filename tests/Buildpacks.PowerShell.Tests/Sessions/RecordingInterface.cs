using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace Buildpacks.Commands.Tests.Sessions;

/// <summary>A console that remembers what it showed.</summary>
internal sealed class RecordingInterface : PSHostUserInterface
{
    private readonly object _gate = new();
    private readonly System.Text.StringBuilder _shown = new();

    /// <summary>Whether the console has colours; <see cref="Shown"/> is then with them.</summary>
    public bool HasColours { get; set; }

    /// <inheritdoc/>
    public override bool SupportsVirtualTerminal => HasColours;

    /// <summary>All that was written for people to read.</summary>
    public string Shown
    {
        get
        {
            lock (_gate)
            {
                return _shown.ToString();
            }
        }
    }

    public ConcurrentQueue<ProgressRecord> Progress { get; } = new();

    /// <summary>What was asked, and what is answered: the index of a choice.</summary>
    public ConcurrentQueue<string> Questions { get; } = new();

    public int Answer { get; set; }

    /// <summary>How many columns the console has.</summary>
    public int Columns
    {
        set => ((RecordingRawInterface)RawUI).Columns = value;
    }

    public override PSHostRawUserInterface RawUI { get; } = new RecordingRawInterface();

    public override void Write(string value)
    {
        lock (_gate)
        {
            _shown.Append(GetOutputString(value, HasColours));
        }
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Write(value + "\n");

    public override void WriteErrorLine(string value) => WriteLine("ERROR: " + value);

    public override void WriteDebugLine(string message) => WriteLine("DEBUG: " + message);

    public override void WriteVerboseLine(string message) => WriteLine("VERBOSE: " + message);

    public override void WriteWarningLine(string message) => WriteLine("WARNING: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record) => Progress.Enqueue(record);

    public override string ReadLine() => throw new NotSupportedException();

    public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw new NotSupportedException("asked for " + string.Join(", ", descriptions.Select(field => field.Name)));

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        Questions.Enqueue(message);
        return Answer;
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new NotSupportedException();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw new NotSupportedException();
}
