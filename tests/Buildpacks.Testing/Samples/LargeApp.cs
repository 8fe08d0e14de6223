using Buildpacks.Testing.Images;

namespace Buildpacks.Testing.Samples;

/// <summary>A sample app, and two large files beside it: one that compresses, so that it costs the lifecycle little, and one that does not.</summary>
public static class LargeApp
{
    /// <summary>Fills an app's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="zeros">The megabytes that compress.</param>
    /// <param name="noise">The megabytes that do not.</param>
    /// <param name="cancellationToken">Ends the filling.</param>
    public static async Task FillAsync(TestFolder folder, int zeros, int noise, CancellationToken cancellationToken = default)
    {
        var sample = SampleFiles.App("shell-web");
        foreach (var file in Directory.EnumerateFiles(sample, "*", SearchOption.AllDirectories))
        {
            folder.File(Path.GetRelativePath(sample, file), await File.ReadAllTextAsync(file, cancellationToken));
        }

        await using var compressible = File.Create(folder["zeros.bin"]);
        compressible.SetLength((long)zeros << 20);
        await using var random = File.Create(folder["noise.bin"]);
        await new NoiseStream((long)noise << 20).CopyToAsync(random, cancellationToken);
    }
}
