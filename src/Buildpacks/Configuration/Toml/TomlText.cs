using System.Text.Encodings.Web;
using System.Text.Json;

namespace Buildpacks.Configuration.Toml;

/// <summary>Values as TOML writes them.</summary>
internal static class TomlText
{
    /// <summary>A basic string in quotation marks. What JSON escapes in a string, and how, is what TOML wants.</summary>
    public static string Quote(string value) => $"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
