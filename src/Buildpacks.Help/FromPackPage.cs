using System.Text;
using Buildpacks.PackCommands;

namespace Buildpacks.Help;

/// <summary>The page for people who come from pack, made of the table that ConvertFrom-PackCommand uses.</summary>
internal static class FromPackPage
{
    /// <summary>The page's name.</summary>
    public const string FileName = "from-pack.md";

    private const string Start = """
        # From pack

        `ConvertFrom-PackCommand` writes a command of `pack` as a command of this module:

        ```powershell
        ConvertFrom-PackCommand 'pack build web --path app --builder example/builder -e A=b'
        ```

        This page lists the flags of pack 0.40. `./build.sh Docs` writes it from the table of that cmdlet. pack's `config.toml`, its
        `project.toml`, its cache volumes and its volume keys are used here too, so a first build here finds the caches of pack.


        """;

    /// <summary>The page.</summary>
    public static string Write()
    {
        var page = new StringBuilder(Start.ReplaceLineEndings("\n"));
        foreach (var command in PackCommandConverter.List().GroupBy(row => row.PackCommand))
        {
            page.Append("## ").Append(command.First().Cmdlet is { Length: > 0 } cmdlet ? $"{command.Key}: {cmdlet}" : $"{command.Key}: flags of all commands").Append("\n\n| pack | here | note |\n| --- | --- | --- |\n");
            foreach (var row in command)
            {
                page.Append("| `").Append(row.Flag).Append("` | ").Append(row.Parameter is { } parameter ? $"`{parameter}`" : "–")
                    .Append(" | ").Append(row.Note).Append(" |\n");
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }
}
