using Buildpacks.Configuration.Toml;
using System.Text;
using Buildpacks.Descriptors;

namespace Buildpacks.Builders;

/// <summary>The TOML files of a builder that a lifecycle reads.</summary>
internal static class BuilderFiles
{
    /// <summary><c>/cnb/order.toml</c>: the groups of buildpacks and of image extensions.</summary>
    public static string Order(IReadOnlyList<OrderGroup> order, IReadOnlyList<OrderGroup> orderExtensions)
    {
        var text = new StringBuilder();
        AppendOrder(text, "order", order);
        AppendOrder(text, "order-extensions", orderExtensions);
        return text.ToString();
    }

    /// <summary><c>/cnb/system.toml</c>: the buildpacks that go around every group.</summary>
    public static string System(SystemOrder system)
    {
        var text = new StringBuilder();
        AppendEntries(text, "system.pre.buildpacks", system.Pre.Buildpacks);
        AppendEntries(text, "system.post.buildpacks", system.Post.Buildpacks);
        return text.ToString();
    }

    /// <summary><c>/cnb/stack.toml</c>: the default run image, for platform APIs before 0.12.</summary>
    public static string Stack(RunImageNames runImage) => "[run-image]\n" + RunImage(runImage);

    /// <summary><c>/cnb/run.toml</c>: the run images, the default first.</summary>
    public static string Run(IReadOnlyList<RunImageNames> runImages) =>
        string.Concat(runImages.Select(runImage => "[[images]]\n" + RunImage(runImage)));

    /// <summary>The file name and content for each variable that the builder sets, as <c>/cnb/build-config/env</c> holds them.</summary>
    public static IEnumerable<(string Name, string Content)> BuildConfig(IEnumerable<BuildVariable> variables)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in variables)
        {
            var suffix = variable.Suffix is { } kind ? "." + kind.ToString().ToLowerInvariant() : "";
            files[variable.Name + suffix] = variable.Value;
            if (variable.Delimiter is { } delimiter)
            {
                files[variable.Name + ".delim"] = delimiter;
            }
        }

        return files.Select(file => (file.Key, file.Value));
    }

    private static void AppendOrder(StringBuilder text, string name, IReadOnlyList<OrderGroup> order)
    {
        foreach (var group in order)
        {
            text.Append("[[").Append(name).Append("]]\n");
            AppendEntries(text, name + ".group", group.Group);
        }
    }

    private static void AppendEntries(StringBuilder text, string name, IReadOnlyList<OrderEntry> entries)
    {
        foreach (var entry in entries)
        {
            text.Append("[[").Append(name).Append("]]\n");
            text.Append("id = ").Append(TomlText.Quote(entry.Id)).Append('\n');
            text.Append("version = ").Append(TomlText.Quote(entry.Version ?? "")).Append('\n');
            if (entry.Optional)
            {
                text.Append("optional = true\n");
            }
        }
    }

    private static string RunImage(RunImageNames runImage) =>
        $"image = {TomlText.Quote(runImage.Image)}\nmirrors = [{string.Join(", ", runImage.Mirrors.Select(TomlText.Quote))}]\n";
}
