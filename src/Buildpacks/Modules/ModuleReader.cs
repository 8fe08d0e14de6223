using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layers;

namespace Buildpacks.Modules;

/// <summary>Turns a folder or archive with a buildpack.toml or extension.toml at its root into a module with its layer.</summary>
internal static class ModuleReader
{
    /// <summary>Reads a module and writes its layer.</summary>
    /// <param name="source">The folder or archive.</param>
    /// <param name="kind">Whether it is to be a buildpack or an image extension.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException">The source has no descriptor, lacks a program, or something in it cannot be put into an image.</exception>
    public static async Task<BuilderModule> ReadAsync(IContentSource source, ModuleKind kind, CancellationToken cancellationToken)
    {
        try
        {
            var descriptor = await ReadDescriptorAsync(source, kind, cancellationToken).ConfigureAwait(false);
            var layer = await LayerFile.WriteAsync(
                $"{kind} {descriptor.FullName}", (tar, cancellation) => WriteAsync(source, descriptor, tar, cancellation), cancellationToken)
                .ConfigureAwait(false);
            return new BuilderModule(descriptor, layer);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw source.Damaged(exception);
        }
    }

    private static async Task<BuildpackDescriptor> ReadDescriptorAsync(
        IContentSource source, ModuleKind kind, CancellationToken cancellationToken)
    {
        var file = kind is ModuleKind.Buildpack ? "buildpack.toml" : "extension.toml";
        BuildpackDescriptor? descriptor = null;
        var programs = new HashSet<string>(StringComparer.Ordinal);
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var entry in source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path == file && entry.Kind is ContentEntryKind.File)
            {
                var text = await ReadTextAsync(source, entry, cancellationToken).ConfigureAwait(false);
                descriptor = BuildpackDescriptorReader.Parse($"{source.Name}/{file}", text, kind);
            }
            else if (entry.Path.StartsWith("bin/", StringComparison.Ordinal))
            {
                programs.Add(entry.Path);
            }

            if (entry.Kind is ContentEntryKind.HardLink)
            {
                links[entry.Path] = entry.Target;
            }
        }

        if (descriptor is null && links.ContainsKey(file))
        {
            descriptor = BuildpackDescriptorReader.Parse($"{source.Name}/{file}", await ReadLinkedAsync(source, file, links, cancellationToken).ConfigureAwait(false), kind);
        }

        if (descriptor is null)
        {
            throw Invalid(source, $"it has no {file} at its root", kind);
        }

        // A build would fail on these much later, in a container. An extension may do without either of its programs.
        string[] needed = descriptor.IsComposite || kind is ModuleKind.Extension ? [] : ["bin/detect", "bin/build"];
        return needed.FirstOrDefault(program => !programs.Contains(program)) is { } missing
            ? throw Invalid(source, $"it has no {missing}", kind)
            : descriptor;
    }

    /// <summary>Reads a file under the name that has its content: other names of it are links.</summary>
    private static async Task<string> ReadLinkedAsync(
        IContentSource source, string path, Dictionary<string, string> links, CancellationToken cancellationToken)
    {
        while (links.TryGetValue(path, out var target))
        {
            path = target;
        }

        await foreach (var entry in source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path == path && entry.Kind is ContentEntryKind.File)
            {
                return await ReadTextAsync(source, entry, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new InvalidDataException($"'{path}' no longer exists");
    }

    private static async Task<string> ReadTextAsync(IContentSource source, ContentEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Content.Length > SmallFile.Limit)
        {
            throw new PackException(
                PackErrorIds.BuildpackTomlInvalid, PackErrorKind.InvalidInput, $"{source.Name}/{entry.Path} is larger than 1 MB, the limit for descriptors.")
            {
                Target = source.Name,
                RecommendedAction = "Correct the descriptor, or use another version of the buildpack.",
            };
        }

        var content = new byte[entry.Content.Length];
        await entry.Content.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        try
        {
            return SmallFile.Decode(content);
        }
        catch (InvalidDataException exception)
        {
            throw new PackException(PackErrorIds.BuildpackTomlInvalid, PackErrorKind.InvalidInput, $"{source.Name}/{entry.Path} is not valid: {exception.Message}.", exception)
            {
                Target = source.Name,
                RecommendedAction = "Correct the descriptor, or use another version of the buildpack.",
            };
        }
    }

    private static async Task WriteAsync(
        IContentSource source, BuildpackDescriptor descriptor, LayerTar tar, CancellationToken cancellationToken)
    {
        var root = BuilderModule.FolderOf(descriptor);
        await tar.WriteFolderAsync(BuilderModule.ParentOf(descriptor), TarOwner.Root, cancellationToken).ConfigureAwait(false);
        await tar.WriteFolderAsync(root, TarOwner.Root, cancellationToken).ConfigureAwait(false);
        await foreach (var entry in source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var path = $"{root}/{entry.Path}";
            var executable = entry.IsExecutable || entry.Path is "bin/detect" or "bin/build" or "bin/generate";
            await (entry.Kind switch
            {
                ContentEntryKind.Folder => tar.WriteFolderAsync(path, TarOwner.Root, cancellationToken),
                ContentEntryKind.File => tar.WriteFileAsync(path, executable, entry.Content, cancellationToken),
                ContentEntryKind.SymbolicLink => tar.WriteSymbolicLinkAsync(path, entry.Target, cancellationToken),
                _ => tar.WriteHardLinkAsync(path, $"{root}/{entry.Target}", executable, cancellationToken),
            }).ConfigureAwait(false);
        }
    }

    private static PackException Invalid(IContentSource source, string problem, ModuleKind kind) =>
        new(PackErrorIds.BuildpackInvalid, PackErrorKind.InvalidInput, $"{source.Name} is not {(kind is ModuleKind.Buildpack ? "a buildpack" : "an image extension")}: {problem}.")
        {
            Target = source.Name,
            RecommendedAction = kind is ModuleKind.Buildpack
                ? "Specify the folder or archive that has buildpack.toml at its root, with bin/detect and bin/build; or a packaged buildpack."
                : "Specify the folder or archive that has extension.toml at its root; or a packaged image extension.",
        };
}
