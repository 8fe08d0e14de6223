using System.Management.Automation.Runspaces;
using System.Management.Automation;
using Buildpacks.Testing;

namespace Buildpacks.Commands.Tests.Sessions;

/// <summary>A PowerShell session with the module of the checkout.</summary>
internal sealed class PackSession : IDisposable
{
    private readonly Runspace _runspace;

    /// <summary>Opens a session.</summary>
    /// <param name="commands">Cmdlets of the tests, beside the module's.</param>
    public PackSession(params Type[] commands)
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var command in commands)
        {
            var name = (CmdletAttribute)Attribute.GetCustomAttribute(command, typeof(CmdletAttribute))!;
            state.Commands.Add(new SessionStateCmdletEntry($"{name.VerbName}-{name.NounName}", command, helpFileName: null));
        }

        _runspace = RunspaceFactory.CreateRunspace(Host, state);
        _runspace.Open();
        Run("Import-Module $args[0]", Checkout.Manifest).Checked();
    }

    /// <summary>The console of the session.</summary>
    public RecordingInterface Console => Host.Console;

    private RecordingHost Host { get; } = new();

    public void Dispose() => _runspace.Dispose();

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">The script.</param>
    /// <param name="arguments">Its <c>$args</c>.</param>
    public ScriptRun Run(string script, params object?[] arguments)
    {
        using var shell = Create(script, arguments);
        return Collect(shell, shell.Invoke);
    }

    /// <summary>Runs a script, and stops it as Ctrl+C does when something has happened.</summary>
    /// <param name="script">The script.</param>
    /// <param name="until">When to stop it.</param>
    /// <returns>What it wrote.</returns>
    public ScriptRun Stop(string script, Func<bool> until)
    {
        using var shell = Create(script, []);
        var running = shell.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => until() || running.IsCompleted, Hang.Limit), "it never came to that point");
        Assert.False(running.IsCompleted, "it ended before it was stopped");
        Assert.True(Task.Run(shell.Stop).Wait(Hang.Limit), "it does not end");
        return Collect(shell, () => shell.EndInvoke(running));
    }

    /// <summary>Runs a script as a prompt would, and gives back what the console showed of it.</summary>
    public string Show(string script, params object?[] arguments)
    {
        var before = Console.Shown.Length;
        using var shell = Create(script, arguments);
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default").Invoke();
        return Console.Shown[before..];
    }

    /// <summary>The values that Tab offers at the end of a text, without the item that leaves the text as it is.</summary>
    public IReadOnlyList<string> Complete(string text)
    {
        using var shell = PowerShell.Create(_runspace);
        var completion = CommandCompletion.CompleteInput(text, text.Length, options: null, shell);
        return [.. completion.CompletionMatches.Where(match => match.ResultType != CompletionResultType.Text).Select(match => match.CompletionText)];
    }

    private static ScriptRun Collect(PowerShell shell, Func<IEnumerable<PSObject?>> invoke)
    {
        List<object?> output = [];
        ErrorRecord? terminated = null;
        try
        {
            output.AddRange(invoke().Select(item => item?.BaseObject));
        }
        catch (RuntimeException failure)
        {
            terminated = failure.ErrorRecord;
        }

        return new ScriptRun
        {
            Output = output,
            Errors = [.. shell.Streams.Error],
            Warnings = [.. shell.Streams.Warning.Select(warning => warning.Message)],
            Verbose = [.. shell.Streams.Verbose.Select(verbose => verbose.Message)],
            Information = [.. shell.Streams.Information],
            Terminated = terminated,
        };
    }

    private PowerShell Create(string script, object?[] arguments)
    {
        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script, useLocalScope: false);
        foreach (var argument in arguments)
        {
            shell.AddArgument(argument);
        }

        return shell;
    }
}
