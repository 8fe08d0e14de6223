using System.Globalization;
using Buildpacks.IO;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layers;

namespace Buildpacks.Samples.BaseImages;

/// <summary>Writes the layer of a base image.</summary>
public static class BaseLayer
{
    /// <summary>Everyone may write, and remove only what is theirs.</summary>
    private const UnixFileMode Shared = (UnixFileMode)0b1_111_111_111;

    private static readonly string[] SharedFolders = ["tmp", "var/tmp"];

    private static readonly string[] Folders = ["dev", "etc", "home", "proc", "root", "run", "sys", "var"];

    /// <summary>Writes a layer.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="files">Its files.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static Task<LayerFile> WriteAsync(ImageRecipe recipe, FileSet files, CancellationToken cancellationToken) =>
        LayerFile.WriteAsync(
            $"Files of {Path.GetFileName(recipe.Name)}",
            async (tar, cancellation) =>
            {
                if (recipe.User is { } user)
                {
                    await WriteFrameAsync(tar, user, cancellation);
                }

                foreach (var path in files.Paths.Where(path => recipe.User is null || !IsFrame(path[1..], recipe.User)))
                {
                    await WriteAsync(tar, path, cancellation);
                }
            },
            cancellationToken);

    private static async Task WriteAsync(LayerTar tar, string path, CancellationToken cancellationToken)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is { } target)
        {
            await tar.WriteSymbolicLinkAsync(path[1..], target, cancellationToken);
        }
        else if (Directory.Exists(path))
        {
            await tar.WriteFolderAsync(path[1..], TarOwner.Root, LayerEntry.ModeOf(path), cancellationToken);
        }
        else if (LayerEntry.IsReadable(path))
        {
            await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.SequentialScan);
            await tar.WriteFileAsync(path[1..], LayerEntry.ModeOf(path), content, cancellationToken);
        }
    }

    /// <summary>What every image needs and no package owns: mount points, folders for all, the users.</summary>
    private static async Task WriteFrameAsync(LayerTar tar, ImageUser user, CancellationToken cancellationToken)
    {
        var ids = new TarOwner(user.Id, user.Id);
        foreach (var folder in Folders)
        {
            await tar.WriteFolderAsync(folder, TarOwner.Root, cancellationToken);
        }

        foreach (var folder in SharedFolders)
        {
            await tar.WriteFolderAsync(folder, TarOwner.Root, Shared, cancellationToken);
        }

        await tar.WriteFolderAsync(user.Home.TrimStart('/'), ids, cancellationToken);
        var id = user.Id.ToString(CultureInfo.InvariantCulture);
        await tar.WriteTextAsync(
            "etc/passwd",
            $"root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n{user.Name}:x:{id}:{id}::{user.Home}:/bin/bash\n",
            cancellationToken);
        await tar.WriteTextAsync("etc/group", $"root:x:0:\nnogroup:x:65534:\n{user.Name}:x:{id}:\n", cancellationToken);
    }

    private static bool IsFrame(string path, ImageUser user) =>
        Folders.Contains(path) || SharedFolders.Contains(path) || path is "etc/passwd" or "etc/group" || path == user.Home.TrimStart('/');
}
