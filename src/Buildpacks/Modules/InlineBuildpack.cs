using Buildpacks.Configuration.Toml;
using System.Runtime.CompilerServices;
using System.Text;
using Buildpacks.Descriptors;
using Buildpacks.IO;

namespace Buildpacks.Modules;

/// <summary>A buildpack whose build script is in a project descriptor. It always participates.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version; <see langword="null"/> for <c>0.0.0</c>.</param>
/// <param name="Api">The buildpack API that the script is written for.</param>
/// <param name="Shell">The program that runs the script; <see langword="null"/> for <c>/bin/sh</c>.</param>
/// <param name="Text">The script.</param>
internal sealed record InlineBuildpack(string Id, string? Version, string Api, string? Shell, string Text) : IContentSource, IModuleSource
{
    private const string DefaultVersion = "0.0.0";
    private const string DefaultShell = "/bin/sh";

    /// <inheritdoc cref="IModuleSource.Name"/>
    public string Name => $"inline buildpack {Id}";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BuilderModule>> ReadAsync(ModuleKind kind, CancellationToken cancellationToken) =>
        [await ModuleReader.ReadAsync(this, kind, cancellationToken).ConfigureAwait(false)];

    /// <inheritdoc/>
    public async IAsyncEnumerable<ContentEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        var start = $"#!{Shell ?? DefaultShell}\n\n";
        yield return new ContentEntry { Kind = ContentEntryKind.Folder, Path = "bin" };
        yield return File("bin/build", $"{start}{Text}\n");
        yield return File("bin/detect", start + "exit 0\n");
        yield return File(
            "buildpack.toml",
            $"api = {TomlText.Quote(Api)}\n\n[buildpack]\nid = {TomlText.Quote(Id)}\nversion = {TomlText.Quote(Version ?? DefaultVersion)}\n\n[[stacks]]\nid = \"*\"\n");
    }

    /// <inheritdoc/>
    public PackException Damaged(Exception cause) => Invalid(cause.Message.TrimEnd('.'), cause);

    /// <inheritdoc/>
    public PackException Invalid(string problem, Exception? cause = null) =>
        new(PackErrorIds.BuildpackInvalid, PackErrorKind.InvalidInput, $"The {Name} cannot be used: {problem}.", cause)
        {
            Target = Id,
            RecommendedAction = "Correct the script in project.toml.",
        };

    private static ContentEntry File(string path, string text) => new()
    {
        Kind = ContentEntryKind.File,
        Path = path,
        IsExecutable = path.StartsWith("bin/", StringComparison.Ordinal),
        Content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false),
    };
}
