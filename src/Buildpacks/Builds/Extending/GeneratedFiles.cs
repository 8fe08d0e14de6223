using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Configuration.Toml;
using Buildpacks.Engines;
using Buildpacks.IO;

namespace Buildpacks.Builds.Extending;

/// <summary>
/// What detection left in the container: the files for the later phases, and what image extensions generated. Build contexts are kept in temporary
/// files. The container may be of a builder that nobody vouches for, so all of it is bounded.
/// </summary>
internal sealed class GeneratedFiles : IAsyncDisposable
{
    private const int LargestFile = 1024 * 1024;
    private const int MostEntries = 200_000;
    private const long LargestContexts = 1024L * 1024 * 1024;

    /// <summary>The most bytes of an archive with all of them.</summary>
    public const long LargestArchive = 2 * LargestContexts;

    private const string Generated = "generated/";
    private const string Config = "extend-config.toml";

    private static readonly string[] Kept = ["group.toml", "plan.toml", "analyzed.toml"];

    /// <summary>The files and folders that are read, in the root of the container.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. Kept.Append(Generated.TrimEnd('/')).Select(name => $"{ContainerPaths.AsEntry(ContainerPaths.Layers)}/{name}")];

    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Context> _contexts = new(StringComparer.Ordinal);
    private long _size;
    private int _entries;

    private GeneratedFiles()
    {
    }

    /// <summary>The files for the later phases.</summary>
    public DetectedFiles Detected => new(File("group.toml"), File("plan.toml"), File("analyzed.toml"));

    /// <summary>Reads the folder of the layers.</summary>
    /// <param name="archive">A tar stream; the first folder is that of the layers.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">Something is missing, malformed, or larger than it may be; the message is the end of a sentence.</exception>
    public static async Task<GeneratedFiles> ReadAsync(Stream archive, CancellationToken cancellationToken)
    {
        var files = new GeneratedFiles();
        try
        {
            using var tar = new TarInput(archive);
            while (await tar.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
            {
                await files.TakeAsync(entry, cancellationToken).ConfigureAwait(false);
            }

            await archive.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            foreach (var name in Kept.Where(name => !files._files.ContainsKey(name)))
            {
                throw new InvalidDataException($"there is no {name}");
            }

            foreach (var context in files._contexts.Values)
            {
                await context.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }

            return files;
        }
        catch
        {
            await files.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The Dockerfiles to apply to an image, in the order of the extensions.</summary>
    /// <param name="isForRun">Whether to the run image.</param>
    /// <param name="writeApp">Writes the app, which is the context of extensions that have none of their own.</param>
    /// <exception cref="PackException"><c>DockerfileInvalid</c>, or a malformed TOML file.</exception>
    public IReadOnlyList<ExtensionStep> StepsFor(bool isForRun, ArchiveWriter writeApp)
    {
        var steps = new List<ExtensionStep>();
        foreach (var extension in Extensions())
        {
            var (folder, kind) = (extension.Replace('/', '_'), isForRun ? "run" : "build");
            var (place, name) = _files.ContainsKey($"{Generated}{folder}/{kind}.Dockerfile") ? (folder, $"{kind}.Dockerfile") : ($"{kind}/{folder}", "Dockerfile");
            if (!_files.TryGetValue($"{Generated}{place}/{name}", out var text))
            {
                continue;
            }

            var dockerfile = ExtensionDockerfile.Read(text, extension, isForRun);
            var context = dockerfile.UsesContext ? _contexts.GetValueOrDefault($"{folder}/context.{kind}") ?? _contexts.GetValueOrDefault($"{folder}/context") : null;
            steps.Add(new ExtensionStep
            {
                Extension = extension,
                IsForRun = isForRun,
                Dockerfile = dockerfile,
                Arguments = ArgumentsOf(extension, _files.GetValueOrDefault($"{Generated}{place}/{Config}"), kind),
                WriteContext = context is not null ? context.WriteAsync : dockerfile.UsesContext ? writeApp : null,
                ContextDigest = context?.Digest,
            });
        }

        return steps;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts.Values)
        {
            await context.DisposeAsync().ConfigureAwait(false);
        }
    }

    private string File(string name) => _files[name];

    private IEnumerable<string> Extensions() => TomlDocument.FromText("group.toml of the build", File("group.toml"), PackErrorIds.ExtendFailed)
        .Root.Sections("group-extensions").Select(extension => extension.RequiredString("id"));

    private static Dictionary<string, string> ArgumentsOf(string extension, string? config, string kind)
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        if (config is not null)
        {
            var document = TomlDocument.FromText($"{Config} of the image extension {extension}", config, PackErrorIds.ExtendFailed);
            foreach (var argument in document.Root.Section(kind)?.Sections("args") ?? [])
            {
                arguments[argument.RequiredString("name")] = argument.String("value") ?? "";
            }

            document.ThrowIfInvalid(allowUnknownKeys: true);
        }

        return arguments;
    }

    private async Task TakeAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (++_entries > MostEntries)
        {
            throw new InvalidDataException($"there are more than {MostEntries} files");
        }

        if (!ContentPath.TryNormalize(entry.Name, out var path) || path.IndexOf('/', StringComparison.Ordinal) is var slash && slash < 0)
        {
            return;
        }

        path = path[(slash + 1)..];
        if (path.StartsWith(Generated, StringComparison.Ordinal) && path[Generated.Length..].Split('/', 3) is [var extension, "context" or "context.build" or "context.run", ..] parts)
        {
            await TakeContextAsync($"{extension}/{parts[1]}", parts is [_, _, var inner] ? inner : "", entry, cancellationToken).ConfigureAwait(false);
        }
        else if (Kept.Contains(path) || (path.StartsWith(Generated, StringComparison.Ordinal) && Path.GetFileName(path) is Config or "Dockerfile" or "build.Dockerfile" or "run.Dockerfile"))
        {
            _files[path] = await ReadTextAsync(entry, path, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TakeContextAsync(string context, string inner, TarEntry entry, CancellationToken cancellationToken)
    {
        if (!_contexts.TryGetValue(context, out var taken))
        {
            _contexts[context] = taken = new Context();
        }

        _size += Math.Max(entry.Length, 0);
        if (_size > LargestContexts)
        {
            throw new InvalidDataException($"build contexts have more than {LargestContexts} bytes");
        }

        if (inner.Length > 0)
        {
            await taken.AddAsync(entry, inner, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string> ReadTextAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.Length > LargestFile)
        {
            throw new InvalidDataException(entry.Length > LargestFile ? $"{path} has {entry.Length} bytes, more than {LargestFile}" : $"{path} is a {entry.EntryType}, not a file");
        }

        var content = new byte[entry.Length];
        if (entry.DataStream is { } data)
        {
            await data.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        }

        return Encoding.UTF8.GetString(content);
    }

    /// <summary>A build context in a temporary file. Its entries have fixed times, so that the engine's layer cache knows the same content again.</summary>
    private sealed class Context : IAsyncDisposable
    {
        private readonly FileStream _file = TemporaryFile.Open();
        private readonly TarWriter _tar;

        public Context() => _tar = new TarWriter(_file, TarEntryFormat.Pax, leaveOpen: true);

        /// <summary>The digest of the archive.</summary>
        public string Digest { get; private set; } = "";

        public async Task AddAsync(TarEntry entry, string name, CancellationToken cancellationToken)
        {
            if (CopyOf(entry, name) is { } copy)
            {
                copy.Mode = entry.Mode;
                copy.ModificationTime = TarWriterExtensions.FixedTime;
                await _tar.WriteEntryAsync(copy, cancellationToken).ConfigureAwait(false);
            }
        }

        public async Task CompleteAsync(CancellationToken cancellationToken)
        {
            await _tar.DisposeAsync().ConfigureAwait(false);
            _file.Position = 0;
            Digest = Convert.ToHexString(await SHA256.HashDataAsync(_file, cancellationToken).ConfigureAwait(false));
        }

        public async Task WriteAsync(Stream destination, CancellationToken cancellationToken)
        {
            _file.Position = 0;
            await _file.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
        }

        public async ValueTask DisposeAsync()
        {
            await _tar.DisposeAsync().ConfigureAwait(false);
            await _file.DisposeAsync().ConfigureAwait(false);
        }

        private static PaxTarEntry? CopyOf(TarEntry entry, string name) => entry.EntryType switch
        {
            TarEntryType.Directory => new PaxTarEntry(TarEntryType.Directory, name.TrimEnd('/') + "/"),
            TarEntryType.RegularFile or TarEntryType.V7RegularFile => new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = entry.DataStream is { } data ? new KnownLengthStream(data, entry.Length) : null,
            },
            TarEntryType.SymbolicLink => new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = entry.LinkName },
            TarEntryType.HardLink when InnerOf(entry.LinkName) is { } target => new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = target },
            _ => null,
        };

        /// <summary>A hard link names a path of the whole archive: <c>layers/generated/EXTENSION/context/FILE</c>.</summary>
        private static string? InnerOf(string link) => ContentPath.TryNormalize(link, out var path) && path.Split('/', 5) is [_, _, _, _, var inner] ? inner : null;
    }
}
