using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace Buildpacks.Host.Terminal;

/// <summary>Writes what scripts say and asks what they ask.</summary>
internal sealed class ConsoleUserInterface : PSHostUserInterface
{
    private readonly ProgressLine _progress;
    private readonly Questions _questions;

    public ConsoleUserInterface()
    {
        _progress = new ProgressLine(Screen);
        _questions = new Questions(Screen);
        RawUI = new ConsoleRawUserInterface(Screen);
    }

    /// <summary>What is written to.</summary>
    public Screen Screen { get; } = new();

    /// <inheritdoc/>
    public override PSHostRawUserInterface RawUI { get; }

    /// <inheritdoc/>
    public override bool SupportsVirtualTerminal => Screen.OutputIsTerminal;

    /// <inheritdoc/>
    public override void Write(string value) => Screen.Write(Fitting(value));

    /// <inheritdoc/>
    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Screen.Write(Screen.OutputIsTerminal ? AnsiColor.Paint(value, foregroundColor, backgroundColor) : Fitting(value));

    /// <inheritdoc/>
    public override void WriteLine(string value) => Screen.Write(Fitting(value) + Environment.NewLine);

    /// <inheritdoc/>
    public override void WriteErrorLine(string value) => WriteToError(FormatStyle.Error, value);

    /// <inheritdoc/>
    public override void WriteWarningLine(string message) => WriteToError(FormatStyle.Warning, "WARNING: " + message);

    /// <inheritdoc/>
    public override void WriteVerboseLine(string message) => WriteToError(FormatStyle.Verbose, "VERBOSE: " + message);

    /// <inheritdoc/>
    public override void WriteDebugLine(string message) => WriteToError(FormatStyle.Debug, "DEBUG: " + message);

    /// <inheritdoc/>
    public override void WriteProgress(long sourceId, ProgressRecord record) => _progress.Update(sourceId, record);

    /// <inheritdoc/>
    public override string ReadLine() => Questions.ReadLine();

    /// <inheritdoc/>
    public override SecureString ReadLineAsSecureString() => _questions.ReadSecret();

    /// <inheritdoc/>
    public override Dictionary<string, PSObject> Prompt(
        string caption, string message, Collection<FieldDescription> descriptions) =>
        _questions.AskFields(caption, message, descriptions);

    /// <inheritdoc/>
    public override int PromptForChoice(
        string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        _questions.AskChoice(caption, message, choices, defaultChoice);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        _questions.AskCredential(caption, message, userName);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        _questions.AskCredential(caption, message, userName);

    private string Fitting(string text) => GetOutputString(text, Screen.OutputIsTerminal);

    private void WriteToError(FormatStyle style, string text) =>
        Screen.WriteError(
            (Screen.ColorErrors ? GetFormatStyleString(style) + text + PSStyle.Instance.Reset : GetOutputString(text, false))
            + Environment.NewLine);
}
