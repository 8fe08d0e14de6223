using System.Globalization;

namespace Buildpacks.Host.Terminal;

/// <summary>The sixteen console colours as escape sequences.</summary>
internal static class AnsiColor
{
    // ConsoleColor counts blue, green, red in other bits than ANSI does.
    private static readonly int[] AnsiIndex = [0, 4, 2, 6, 1, 5, 3, 7];

    /// <summary>A text in colours; black behind means the terminal's own background.</summary>
    public static string Paint(string text, ConsoleColor foreground, ConsoleColor background)
    {
        var codes = Code(foreground, 30, 90).ToString(CultureInfo.InvariantCulture);
        if (background != ConsoleColor.Black)
        {
            codes += ";" + Code(background, 40, 100).ToString(CultureInfo.InvariantCulture);
        }

        return $"\u001b[{codes}m{text}\u001b[0m";
    }

    private static int Code(ConsoleColor color, int dark, int bright) =>
        (int)color < 8 ? dark + AnsiIndex[(int)color] : bright + AnsiIndex[(int)color - 8];
}
