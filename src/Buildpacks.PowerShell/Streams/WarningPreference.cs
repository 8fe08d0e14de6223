using System.Management.Automation;
using System.Reflection;

namespace Buildpacks.Commands.Streams;

/// <summary>
/// What PowerShell does with the warnings of a cmdlet. With -Debug it asks at each one whether to continue. No public member changes that, and
/// a warning that is written in another way is not redirected and not kept in a variable.
/// </summary>
internal static class WarningPreference
{
    /// <summary>Gives a cmdlet the preference of its caller, as without -Debug. A PowerShell that does not know this property goes on asking.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    public static void Restore(PSCmdlet cmdlet)
    {
        var preference = LanguagePrimitives.TryConvertTo<ActionPreference>(cmdlet.GetVariableValue(nameof(WarningPreference)), out var chosen) ? chosen : ActionPreference.Continue;
        cmdlet.CommandRuntime.GetType().GetProperty(nameof(WarningPreference), BindingFlags.Instance | BindingFlags.NonPublic)?.SetValue(cmdlet.CommandRuntime, preference);
    }
}
