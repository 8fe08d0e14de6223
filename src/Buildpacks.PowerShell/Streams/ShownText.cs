using System.Management.Automation;
using System.Management.Automation.Host;

namespace Buildpacks.Commands.Streams;

/// <summary>
/// A text that the host shows with its colours. A script that reads the record, as after <c>6&gt;&amp;1</c> or with
/// <c>-InformationVariable</c>, gets it without them.
/// </summary>
internal sealed class ShownText : HostInformationMessage
{
    /// <summary>Makes a text.</summary>
    /// <param name="text">The text, which may have colours.</param>
    /// <param name="hasColours">Whether the host shows colours.</param>
    public ShownText(string text, bool hasColours) => base.Message = hasColours ? text : PlainText.Of(text);

    /// <summary>The text without colours. The host reads the property of the base class.</summary>
    public new string Message => PlainText.Of(base.Message);

    /// <inheritdoc/>
    public override string ToString() => Message;

    /// <summary>
    /// Whether a host shows colours: <c>$PSStyle.OutputRendering</c> decides, and where it leaves the choice to the host, whether there is
    /// a terminal. <c>NO_COLOR</c> turns colours off.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="style">The value of <c>$PSStyle</c>.</param>
    public static bool HasColours(PSHost host, object? style)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
        {
            return false;
        }

        return (style is null ? null : PSObject.AsPSObject(style).Properties["OutputRendering"]?.Value?.ToString()) switch
        {
            "PlainText" => false,
            "Ansi" => true,
            _ => host.UI?.SupportsVirtualTerminal == true && !(host.Name == "ConsoleHost" && Console.IsOutputRedirected),
        };
    }
}
