using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Modules;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layers;

namespace Buildpacks.Builders;

/// <summary>A lifecycle's archive: <c>lifecycle.toml</c> at its root, the programs in a folder beside it.</summary>
internal static class LifecycleArchive
{
    private const string DescriptorFile = "lifecycle.toml";
    private const string Folder = "cnb/lifecycle";
    private const int MaximumDescriptorSize = 1024 * 1024;

    private static readonly string[] Programs = ["analyzer", "builder", "creator", "detector", "exporter", "launcher", "restorer"];

    /// <summary>Reads an archive and writes its layer.</summary>
    /// <param name="path">The archive, a tar, compressed with gzip or not.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException"><c>LifecycleNotFound</c>, or <c>LifecycleArchiveInvalid</c> naming what is missing or does not belong.</exception>
    public static async Task<(LifecycleDescriptor Descriptor, LayerFile Layer)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw NotFound(path, "Check 'lifecycle.uri' in builder.toml; a relative path is resolved from the folder of builder.toml.");
        }

        var archive = ArchiveContent.OfFile(path, PackErrorIds.LifecycleArchiveInvalid);
        try
        {
            var descriptor = await ReadDescriptorAsync(archive, cancellationToken).ConfigureAwait(false);
            var layer = await LayerFile.WriteAsync(
                $"Lifecycle {descriptor.Version}", (tar, cancellation) => WriteAsync(archive, tar, cancellation), cancellationToken).ConfigureAwait(false);
            return (descriptor, layer);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw archive.Damaged(exception);
        }
    }

    /// <summary>The failure of an archive that is not there.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="action">What to do next.</param>
    public static PackException NotFound(string path, string action) =>
        new(PackErrorIds.LifecycleNotFound, PackErrorKind.NotFound, $"The lifecycle's archive {path} {(Directory.Exists(path) ? "is a folder" : "does not exist")}.")
        {
            Target = path,
            RecommendedAction = action,
        };

    private static string Decode(ArchiveContent archive, byte[] content)
    {
        try
        {
            return SmallFile.Decode(content);
        }
        catch (InvalidDataException exception)
        {
            throw archive.Invalid($"its {DescriptorFile} is not valid: {exception.Message}", exception);
        }
    }

    private static async Task<LifecycleDescriptor> ReadDescriptorAsync(ArchiveContent archive, CancellationToken cancellationToken)
    {
        LifecycleDescriptor? descriptor = null;
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entry in archive.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path == DescriptorFile && entry.Kind is ContentEntryKind.File)
            {
                if (entry.Content.Length > MaximumDescriptorSize)
                {
                    throw archive.Invalid($"its {DescriptorFile} is larger than 1 MB");
                }

                var content = new byte[entry.Content.Length];
                await entry.Content.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
                descriptor = LifecycleDescriptorReader.Parse($"{archive.Name}/{DescriptorFile}", Decode(archive, content));
            }
            else if (ProgramOf(entry.Kind, entry.Path) is { } program)
            {
                // Whatever the folder's name, all come into one.
                if (!found.Add(program))
                {
                    throw archive.Invalid($"the program '{program}' occurs twice");
                }

                if (entry.Kind is ContentEntryKind.HardLink && ProgramOf(ContentEntryKind.File, entry.Target) is null)
                {
                    throw archive.Invalid($"its program '{program}' is a link to '{entry.Target}', which is not a program");
                }
            }
        }

        if (descriptor is null)
        {
            throw archive.Invalid($"it has no {DescriptorFile} at its root");
        }

        return Programs.FirstOrDefault(program => !found.Contains(program)) is { } missing
            ? throw archive.Invalid($"it has no program '{missing}'")
            : descriptor;
    }

    private static async Task WriteAsync(ArchiveContent archive, LayerTar tar, CancellationToken cancellationToken)
    {
        await tar.WriteFolderAsync(Folder, TarOwner.Root, cancellationToken).ConfigureAwait(false);
        await foreach (var entry in archive.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (ProgramOf(entry.Kind, entry.Path) is not { } program)
            {
                continue;
            }

            var path = $"{Folder}/{program}";
            await (entry.Kind switch
            {
                ContentEntryKind.SymbolicLink => tar.WriteSymbolicLinkAsync(path, entry.Target, cancellationToken),
                ContentEntryKind.HardLink => tar.WriteHardLinkAsync(path, $"{Folder}/{Path.GetFileName(entry.Target)}", executable: true, cancellationToken),
                _ => tar.WriteFileAsync(path, entry.IsExecutable, entry.Content, cancellationToken),
            }).ConfigureAwait(false);
        }

        // Older platforms look for the lifecycle here.
        await tar.WriteSymbolicLinkAsync("lifecycle", "/" + Folder, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name of a program: what lies in a folder of the root. Licences and the like lie elsewhere.</summary>
    private static string? ProgramOf(ContentEntryKind kind, string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return kind is not ContentEntryKind.Folder && slash > 0 && path.IndexOf('/', slash + 1) < 0
            ? path[(slash + 1)..]
            : null;
    }
}
