using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using Buildpacks.Host.Terminal;

namespace Buildpacks.Host;

/// <summary>Runs one script in a runspace of its own and turns its end into an exit code.</summary>
internal sealed class HostSession : IDisposable
{
    private const string Succeeded = "__pshostSucceeded";

    private readonly ConsoleHost _host = new();
    private readonly Runspace _runspace;
    private PowerShell? _running;
    private int? _signalled;

    public HostSession()
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Write-Host", typeof(WriteHostCommand), helpFileName: null));
        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _runspace.Open();
    }

    /// <inheritdoc/>
    public void Dispose() => _runspace.Dispose();

    /// <summary>Runs to the end.</summary>
    /// <returns>The process's exit code.</returns>
    public int Run(HostInvocation invocation)
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCodes.Interrupted));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCodes.Terminated));
        using var shell = PowerShell.Create(_runspace);
        _running = shell;
        var text = invocation.IsValid ? $"{invocation.Text}\n$global:{Succeeded} = $?" : invocation.Text;
        shell.AddScript(text, useLocalScope: false);

        // Errors go down the pipe with the output, so that both show in the order they came; Out-Default tells them apart.
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        var exitCode = Invoke(shell);
        _host.Screen.EndProgress();
        return _signalled ?? _host.ExitCode ?? exitCode;
    }

    private int Invoke(PowerShell shell)
    {
        try
        {
            if (_signalled is null)
            {
                shell.Invoke();
            }
        }
        catch (PipelineStoppedException)
        {
            return ExitCodes.Interrupted;
        }
        catch (RuntimeException failure)
        {
            ShowFailure(failure.ErrorRecord);
            return ExitCodes.Failed;
        }

        return ExitCode();
    }

    /// <summary>A script that exits with a code has failed and left the code behind; so has a native command that was the last.</summary>
    private int ExitCode()
    {
        var variables = _runspace.SessionStateProxy.PSVariable;
        return variables.GetValue(Succeeded) is not false ? ExitCodes.Success
            : variables.GetValue("LASTEXITCODE") is int and not 0 and var code ? code
            : ExitCodes.Failed;
    }

    /// <summary>Shows an error that no one caught as PowerShell shows it.</summary>
    private void ShowFailure(ErrorRecord record)
    {
        using var shell = PowerShell.Create(_runspace);
        var error = new PSObject(record);
        error.Properties.Add(new PSNoteProperty("writeErrorStream", true));
        shell.AddCommand("Out-Default").AddParameter("InputObject", error).Invoke();
    }

    private void Stop(PosixSignalContext context, int exitCode)
    {
        // The second Ctrl+C ends the process as it stands.
        context.Cancel = _signalled is null;
        _signalled ??= exitCode;
        _running?.BeginStop(null, null);
    }
}
