using System.Globalization;
using System.Management.Automation.Host;

namespace Buildpacks.Host.Terminal;

/// <summary>The host that PowerShell talks to: a console, or the pipes and files in its place.</summary>
internal sealed class ConsoleHost : PSHost
{
    private readonly ConsoleUserInterface _ui = new();

    /// <inheritdoc/>
    public override string Name => "pshost";

    /// <inheritdoc/>
    public override Version Version => typeof(ConsoleHost).Assembly.GetName().Version ?? new Version(0, 0);

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override PSHostUserInterface UI => _ui;

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <summary>What the script's <c>exit</c> said; <see langword="null"/> while it has not.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>What is written to.</summary>
    public Screen Screen => _ui.Screen;

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => ExitCode ??= exitCode;

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new NotSupportedException("pshost has no nested prompt.");

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => throw new NotSupportedException("pshost has no nested prompt.");

    /// <inheritdoc/>
    public override void NotifyBeginApplication() => Screen.EndProgress();

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
        // Whatever a native command did to the console it is expected to undo itself.
    }
}
