using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>
/// The engine that a session chose with Set-PackEngine. A session is a runspace: the choice lives in a global variable of it, so
/// that other runspaces do not see it, and a runspace that is reset for the next user (as ForEach-Object -Parallel does) forgets it.
/// </summary>
internal static class SessionEngine
{
    private const string Variable = "global:__BuildpacksSessionEngine";
    private const string UnresponsiveVariable = "global:__BuildpacksUnresponsiveEngines";

    /// <summary>The choice of the session.</summary>
    /// <param name="session">Any session state of the runspace.</param>
    /// <returns>The choice; <see langword="null"/> when none was made.</returns>
    public static EngineChoice? Get(SessionState session) => Unwrap(session.PSVariable.GetValue(Variable));

    /// <summary>The choice of the runspace that runs on this thread, for code that PowerShell gives no session state.</summary>
    public static EngineChoice? GetCurrent() => Unwrap(Current(Variable));

    /// <summary>The engines that did not answer in the runspace that runs on this thread; <see langword="null"/> when none was asked yet.</summary>
    public static UnresponsiveEngines? GetCurrentUnresponsive() => UnwrapUnresponsive(Current(UnresponsiveVariable));

    /// <summary>The engines that did not answer in the session.</summary>
    /// <param name="session">Any session state of the runspace.</param>
    public static UnresponsiveEngines Unresponsive(SessionState session)
    {
        if (UnwrapUnresponsive(session.PSVariable.GetValue(UnresponsiveVariable)) is { } known)
        {
            return known;
        }

        var engines = new UnresponsiveEngines();
        session.PSVariable.Set(UnresponsiveVariable, engines);
        return engines;
    }

    /// <summary>Notes the choice. Engines that did not answer before are waited for again.</summary>
    /// <param name="session">Any session state of the runspace.</param>
    /// <param name="choice">The choice; an empty one takes it back.</param>
    public static void Set(SessionState session, EngineChoice choice)
    {
        session.PSVariable.Remove(UnresponsiveVariable);
        if (choice.IsEmpty)
        {
            session.PSVariable.Remove(Variable);
        }
        else
        {
            session.PSVariable.Set(Variable, choice);
        }
    }

    /// <summary>Takes back the choice of the runspace that runs on this thread, if one does.</summary>
    public static void Forget()
    {
        if (Runspace.DefaultRunspace is not null)
        {
            foreach (var variable in new[] { Variable, UnresponsiveVariable })
            {
                ScriptBlock.Create($"$ExecutionContext.SessionState.PSVariable.Remove('{variable}')").Invoke();
            }
        }
    }

    private static PSObject? Current(string variable) =>
        Runspace.DefaultRunspace is not null
        && ScriptBlock.Create($"$ExecutionContext.SessionState.PSVariable.GetValue('{variable}')").Invoke() is [{ } value]
            ? value
            : null;

    private static UnresponsiveEngines? UnwrapUnresponsive(object? value) =>
        (value is PSObject wrapped ? wrapped.BaseObject : value) as UnresponsiveEngines;

    private static EngineChoice? Unwrap(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) as EngineChoice;
}
