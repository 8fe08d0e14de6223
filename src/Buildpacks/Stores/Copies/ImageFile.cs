using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layouts;

namespace Buildpacks.Stores.Copies;

/// <summary>Opens images that lie in a folder, as an OCI layout, or in an archive, docker's or OCI's.</summary>
internal static class ImageFile
{
    /// <summary>Opens an image.</summary>
    /// <param name="path">The layout's folder, or the archive.</param>
    /// <param name="name">The image's name or digest, for files with several; <see langword="null"/> for the only one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="format">What has to be at the path; <see langword="null"/> for any.</param>
    /// <exception cref="PackException"><c>ImageFileNotFound</c>, <c>ImageNotFound</c>, <c>ImageAmbiguous</c>, <c>ImageInvalid</c> or <c>PathUnusable</c>.</exception>
    public static async Task<FileSource> OpenAsync(string path, string? name, CancellationToken cancellationToken, PackImageFormat? format = null)
    {
        var files = await FilesAsync(path, format, cancellationToken).ConfigureAwait(false);
        try
        {
            return IsDocker(files, format)
                ? await DockerImageAsync(files, name, cancellationToken).ConfigureAwait(false)
                : await OciImageAsync(files, name, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Opens an image that commands name by its place.</summary>
    public static Task<FileSource> OpenAsync(ImageFilePlace place, CancellationToken cancellationToken) =>
        OpenAsync(place.Path, place.Image, cancellationToken, place.Format);

    /// <summary>The images of a layout or an archive.</summary>
    /// <param name="place">The file or folder; its image is not taken into account.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>For each image, what tells it from the others, and all its names.</returns>
    /// <exception cref="PackException"><c>ImageFileNotFound</c>, <c>ImageInvalid</c> or <c>PathUnusable</c>.</exception>
    public static async Task<IReadOnlyList<(string Identity, IReadOnlyList<string> Names)>> ListAsync(ImageFilePlace place, CancellationToken cancellationToken)
    {
        using var files = await FilesAsync(place.Path, place.Format, cancellationToken).ConfigureAwait(false);
        var images = IsDocker(files, place.Format)
            ? Group(await DockerChoicesAsync(files, cancellationToken).ConfigureAwait(false))
            : Group(await OciChoicesAsync(files, cancellationToken).ConfigureAwait(false));
        return images.Count > 0 ? images : throw FileErrors.Invalid(place.Path, "it does not name an image");

        static IReadOnlyList<(string Identity, IReadOnlyList<string> Names)> Group<T>(IReadOnlyList<ImageChoice<T>> choices) =>
            [.. choices.GroupBy(choice => choice.Identity).Select(group => (group.Key, (IReadOnlyList<string>)[.. group.SelectMany(choice => choice.Names).Distinct()]))];
    }

    /// <summary>The files at a path.</summary>
    private static async Task<IImageFiles> FilesAsync(string path, PackImageFormat? format, CancellationToken cancellationToken)
    {
        var isFolder = Directory.Exists(path);
        if (!isFolder && !File.Exists(path))
        {
            throw new PackException(PackErrorIds.ImageFileNotFound, PackErrorKind.NotFound, $"The file or folder '{path}' does not exist.")
            {
                Target = path,
                RecommendedAction = "Specify the folder of an OCI layout, or an archive from 'podman save', 'docker save' or Copy-PackImage.",
            };
        }

        if (format is { } wanted && isFolder != (wanted == PackImageFormat.Layout))
        {
            throw FileErrors.Invalid(path, isFolder ? "it is a folder, not an archive (write oci: for an OCI layout)" : "it is a file, not a folder (write oci-archive: or docker-archive: for an archive)");
        }

        IImageFiles files = isFolder ? new FolderFiles(path) : await TarFiles.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        var file = format switch
        {
            PackImageFormat.DockerArchive => DockerArchiveJson.FileName,
            PackImageFormat.OciArchive => LayoutPath.IndexFile,
            _ => IsDocker(files, format) ? DockerArchiveJson.FileName : LayoutPath.IndexFile,
        };
        if (files.SizeOf(file) is null)
        {
            files.Dispose();
            throw FileErrors.Invalid(path, isFolder || format is not null ? $"it has no {file}" : $"it contains no {LayoutPath.IndexFile} and no {DockerArchiveJson.FileName}");
        }

        return files;
    }

    /// <summary>docker's form names its files as it likes, which only an archive keeps within bounds.</summary>
    private static bool IsDocker(IImageFiles files, PackImageFormat? format) =>
        format is PackImageFormat.DockerArchive || (format is null && files is TarFiles && files.SizeOf(DockerArchiveJson.FileName) is not null);

    /// <summary>Finds an image or index of a layout without reading it.</summary>
    /// <param name="folder">The layout's folder.</param>
    /// <param name="name">The image's name, for layouts with several; <see langword="null"/> for the only one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The digest, and the names that have a tag.</returns>
    /// <exception cref="PackException"><c>ImageNotFound</c>, <c>ImageAmbiguous</c>, <c>ImageInvalid</c> or <c>PathUnusable</c>.</exception>
    public static async Task<(string Digest, IReadOnlyList<ImageReference> Names)> FindAsync(string folder, string? name, CancellationToken cancellationToken)
    {
        using var files = new FolderFiles(folder);
        var entry = await ChooseAsync(files, name, cancellationToken).ConfigureAwait(false);
        return (Checked(files, entry.Image.Digest), Tagged(entry.Names));
    }

    private static async Task<ImageChoice<OciDescriptor>> ChooseAsync(IImageFiles files, string? name, CancellationToken cancellationToken) =>
        ImageChoices.Choose(files.Place, await OciChoicesAsync(files, cancellationToken).ConfigureAwait(false), name);

    private static async Task<IReadOnlyList<ImageChoice<OciDescriptor>>> OciChoicesAsync(IImageFiles files, CancellationToken cancellationToken)
    {
        var index = await ReadAsync(files, LayoutPath.IndexFile, OciJson.Default.OciIndex, cancellationToken).ConfigureAwait(false);
        return [.. index.Manifests.Select(image => new ImageChoice<OciDescriptor>(image, image.Digest, NamesOf(image)))];
    }

    private static async Task<IReadOnlyList<ImageChoice<DockerArchiveEntry>>> DockerChoicesAsync(IImageFiles files, CancellationToken cancellationToken)
    {
        var manifest = await ReadAsync(files, DockerArchiveJson.FileName, DockerArchiveJson.Default.Manifest, cancellationToken).ConfigureAwait(false);
        return [.. manifest.Select(image => new ImageChoice<DockerArchiveEntry>(image, image.Config, image.RepoTags ?? []))];
    }

    private static IReadOnlyList<ImageReference> Tagged(IEnumerable<string> names) =>
        [.. names.Select(ImageReference.Find).OfType<ImageReference>().Where(name => name.Tag is not null)];

    private static async Task<FileSource> DockerImageAsync(IImageFiles files, string? name, CancellationToken cancellationToken)
    {
        var entry = ImageChoices.Choose(files.Place, await DockerChoicesAsync(files, cancellationToken).ConfigureAwait(false), name);
        var configBytes = await ReadAsync(files, entry.Image.Config, cancellationToken).ConfigureAwait(false);
        var config = SmallFiles.Parse(configBytes, entry.Image.Config, OciJson.Default.OciImageConfig, files.Place);
        CheckLayers(files, config, entry.Image.Layers.Count);

        var layers = new List<FileLayer>();
        foreach (var (diffId, path) in config.Rootfs.DiffIds.Zip(entry.Image.Layers))
        {
            var blob = new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = diffId, Size = files.SizeOf(path) ?? 0 };
            var layer = new ArchiveLayer { DiffId = diffId, Blob = blob, Held = blob.Size == 0 };
            layers.Add(new FileLayer(layer, path, !layer.Held && await IsPackedAsync(files, path, cancellationToken).ConfigureAwait(false)));
        }

        return new FileSource(files, configBytes, layers) { Names = entry.Names, Config = config };
    }

    private static async Task<FileSource> OciImageAsync(IImageFiles files, string? name, CancellationToken cancellationToken)
    {
        var entry = await ChooseAsync(files, name, cancellationToken).ConfigureAwait(false);
        var descriptor = entry.Image;
        if (descriptor.MediaType is MediaTypes.Index or MediaTypes.DockerManifestList)
        {
            var platforms = await ReadBlobAsync(files, descriptor, OciJson.Default.OciIndex, cancellationToken).ConfigureAwait(false);
            descriptor = PlatformOf(files, platforms);
        }

        var manifest = await ReadBlobAsync(files, descriptor, OciJson.Default.OciManifest, cancellationToken).ConfigureAwait(false);
        var configBytes = await ReadBlobAsync(files, manifest.Config, cancellationToken).ConfigureAwait(false);
        var config = SmallFiles.Parse(configBytes, "config", OciJson.Default.OciImageConfig, files.Place);
        CheckLayers(files, config, manifest.Layers.Count);
        return new FileSource(files, configBytes, [.. config.Rootfs.DiffIds.Zip(manifest.Layers, (diffId, blob) => OciLayer(files, diffId, blob))])
        {
            Names = [.. Tagged(entry.Names).Select(name => name.Spelling)],
            Config = config,
            Digest = descriptor.Digest,
        };
    }

    /// <summary>containerd's name is whole; the other may be a tag alone, which names nothing by itself.</summary>
    private static IReadOnlyList<string> NamesOf(OciDescriptor image)
    {
        var whole = image.Annotations?.GetValueOrDefault(OciAnnotations.ContainerdImageName);
        var name = whole ?? image.Annotations?.GetValueOrDefault(OciAnnotations.RefName);
        return name is null ? [] : [name];
    }

    /// <summary>The image for this machine's architecture, of those that a layout has for several.</summary>
    private static OciDescriptor PlatformOf(IImageFiles files, OciIndex platforms)
    {
        var architecture = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.X86 => "386",
            var other => other.ToString().ToLowerInvariant(),
        };
        return platforms.Manifests.FirstOrDefault(image => image.Platform is { Os: "linux" } platform && platform.Architecture == architecture)
            ?? throw FileErrors.Invalid(files.Place, $"it is for several platforms, but not for linux/{architecture}");
    }

    private static FileLayer OciLayer(IImageFiles files, string diffId, OciDescriptor blob)
    {
        var path = LayoutPath.Blob(Checked(files, blob.Digest));
        var size = files.SizeOf(path) ?? 0;
        if (size > 0 && size != blob.Size)
        {
            throw FileErrors.Invalid(files.Place, $"its layer {blob.Digest} has {size} bytes, and its manifest says {blob.Size}");
        }

        return new FileLayer(
            new ArchiveLayer
            {
                DiffId = diffId,
                Blob = new OciDescriptor { MediaType = MediaTypes.ToOci(blob.MediaType), Digest = blob.Digest, Size = blob.Size },
                Held = size == 0,
            },
            path);
    }

    private static void CheckLayers(IImageFiles files, OciImageConfig config, int count)
    {
        if (config.Rootfs.DiffIds.Count != count)
        {
            throw FileErrors.Invalid(files.Place, $"its manifest has {count} layers and its config {config.Rootfs.DiffIds.Count}");
        }

        foreach (var diffId in config.Rootfs.DiffIds)
        {
            Checked(files, diffId);
        }
    }

    private static string Checked(IImageFiles files, string digest) =>
        OciDigest.IsValid(digest) ? digest : throw FileErrors.Invalid(files.Place, $"'{digest}' in it is not a digest");

    private static async Task<bool> IsPackedAsync(IImageFiles files, string path, CancellationToken cancellationToken)
    {
        var start = new byte[2];
        var file = files.Open(path);
        await using (file.ConfigureAwait(false))
        {
            var count = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Gunzip.IsPacked(start.AsSpan(0, count));
        }
    }

    private static async Task<T> ReadBlobAsync<T>(IImageFiles files, OciDescriptor blob, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        SmallFiles.Parse(await ReadBlobAsync(files, blob, cancellationToken).ConfigureAwait(false), $"blob {blob.Digest}", type, files.Place);

    private static async Task<ReadOnlyMemory<byte>> ReadBlobAsync(IImageFiles files, OciDescriptor blob, CancellationToken cancellationToken)
    {
        var content = await ReadAsync(files, LayoutPath.Blob(Checked(files, blob.Digest)), cancellationToken).ConfigureAwait(false);
        return OciDigest.Of(content.Span) is var actual && actual == blob.Digest
            ? content
            : throw FileErrors.Invalid(files.Place, $"its blob {blob.Digest} does not match its digest: the digest of its content is {actual}");
    }

    private static async Task<T> ReadAsync<T>(IImageFiles files, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        SmallFiles.Parse(await ReadAsync(files, path, cancellationToken).ConfigureAwait(false), path, type, files.Place);

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(IImageFiles files, string path, CancellationToken cancellationToken)
    {
        var size = files.SizeOf(path) ?? throw FileErrors.Invalid(files.Place, $"it has no {path}");
        if (size > LayoutReader.MaximumHeldBlob)
        {
            throw FileErrors.Invalid(files.Place, $"its {path} has {size} bytes, more than {LayoutReader.MaximumHeldBlob}");
        }

        var content = new byte[size];
        var file = files.Open(path);
        await using (file.ConfigureAwait(false))
        {
            try
            {
                await file.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            }
            catch (EndOfStreamException exception)
            {
                throw FileErrors.Invalid(files.Place, $"its {path} ends early", exception);
            }
        }

        return content;
    }
}
