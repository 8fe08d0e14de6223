using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Buildpacks.Configuration;
using Buildpacks.Git;
using Buildpacks.IO;
using Buildpacks.Oci;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Modules;

/// <summary>
/// The index of a buildpack registry: a git repository with a file for each buildpack, and in it a line of JSON for each version, which names
/// the image of its package. The user's git fetches the newest state; the copy of the last time stands in when that fails.
/// </summary>
/// <param name="url">The address of the git repository.</param>
/// <param name="folder">The folder of the copies.</param>
/// <param name="logger">Is told what is fetched.</param>
internal sealed partial class RegistryIndex(string url, string folder, ILogger logger)
{
    /// <summary>The index of the official registry.</summary>
    private const string OfficialUrl = "https://github.com/buildpacks/registry-index";

    private const string EntryAction =
        "Name the image of the buildpack as docker://NAME, use another version, or have the entry corrected by those who maintain the registry.";

    private const string Branch = "refs/heads/index";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The index of the user's default registry, which pack's configuration names; otherwise of the official one.</summary>
    /// <param name="logger">Is told what is fetched.</param>
    /// <exception cref="PackException"><c>ConfigurationInvalid</c>.</exception>
    public static RegistryIndex OfUser(ILogger logger) =>
        OfAddress(UrlOf(PackConfigFile.OfUser().Read()), logger);

    /// <summary>The index of a registry.</summary>
    /// <param name="address">The address of the git repository.</param>
    /// <param name="logger">Is told what is fetched.</param>
    public static RegistryIndex OfAddress(string address, ILogger logger) => new(address, Path.Combine(UserFolders.Cache, "registries"), logger);

    /// <summary>The address of the default registry of a configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    internal static string UrlOf(PackConfig configuration)
    {
        var name = configuration.DefaultRegistry ?? PackConfigFile.OfficialRegistry;
        return UrlOf(name, configuration)
            ?? throw new PackException(
                PackErrorIds.ConfigurationInvalid, PackErrorKind.InvalidInput, $"The default registry '{name}' in {configuration.Path} is not among its registries.")
            {
                Target = name,
                RecommendedAction = "Add the registry with Set-PackConfig -Registry, or choose another one with -DefaultRegistry.",
            };
    }

    /// <summary>The address of a registry by its name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="configuration">Has the registries of the user.</param>
    /// <returns><see langword="null"/> when there is no such registry.</returns>
    internal static string? UrlOf(string name, PackConfig configuration) =>
        configuration.Registries.FirstOrDefault(registry => registry.Name == name)?.Url is { Length: > 0 } url ? url
        : name == PackConfigFile.OfficialRegistry ? OfficialUrl
        : null;

    /// <summary>Whether nothing is fetched: the copy of the last time has to do.</summary>
    public bool IsCopyOnly { get; init; }

    /// <summary>The same index, without fetching.</summary>
    public RegistryIndex WithoutFetch() => new(url, folder, logger) { IsCopyOnly = true };

    /// <summary>Finds the image of a buildpack.</summary>
    /// <param name="id">The buildpack: <c>NAMESPACE/NAME[@VERSION]</c>. Without a version, the highest one.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The name of the image, with its digest.</returns>
    /// <exception cref="PackException"><c>BuildpackInvalid</c>, <c>BuildpackNotFound</c>, <c>RegistryIndexFailed</c>.</exception>
    public async Task<ImageReference> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (IdPattern().Match(id) is not { Success: true } match)
        {
            throw ModuleLocator.Invalid(id, $"'{id}' is not the id of a buildpack in a buildpack registry.", "Write NAMESPACE/NAME or NAMESPACE/NAME@VERSION, in lower case.");
        }

        var (space, name) = (match.Groups["space"].Value, match.Groups["name"].Value);
        var version = match.Groups["version"] is { Success: true } named ? named.Value : null;
        var content = await ReadAsync(id, PathOf(space, name), cancellationToken).ConfigureAwait(false) ?? throw NotFound(id, "does not have the buildpack");
        return Choose(id, space, name, version, content);
    }

    /// <summary>Chooses a version of a buildpack in its file of the index.</summary>
    internal ImageReference Choose(string id, string space, string name, string? version, string content)
    {
        var entries = Parse(id, content).Where(entry => entry.Namespace == space && entry.Name == name).ToList();
        var entry = version is not null
            ? entries.FindLast(entry => entry.Version == version)
            : entries.Where(entry => !entry.IsYanked).MaxBy(entry => entry.Version, VersionOrder.Instance);
        if (entry is null)
        {
            throw NotFound(id, entries.Count == 0 ? "does not have the buildpack" : $"has the versions {string.Join(", ", entries.Where(known => !known.IsYanked).Select(known => known.Version))} of the buildpack, and not");
        }

        if (entry.IsYanked)
        {
            logger.LogWarning("The version {Version} of the buildpack {Buildpack} was withdrawn from the buildpack registry.", entry.Version, $"{space}/{name}");
        }

        return ImageReference.Find(entry.Address) is { Digest: not null } image
            ? image
            : throw Failed($"its entry of {id} does not name an image by digest", action: EntryAction);
    }

    /// <summary>The path of the file of a buildpack: in folders by the first letters of its name.</summary>
    internal static string PathOf(string space, string name) => name.Length switch
    {
        1 => $"1/{space}_{name}",
        2 => $"2/{space}_{name}",
        3 => $"3/{name[..2]}/{space}_{name}",
        _ => $"{name[..2]}/{name[2..4]}/{space}_{name}",
    };

    private async Task<string?> ReadAsync(string id, string path, CancellationToken cancellationToken)
    {
        var copy = Path.Combine(folder, OciDigest.Hex(OciDigest.Of(System.Text.Encoding.UTF8.GetBytes(url))));
        if (IsCopyOnly && !Directory.Exists(Path.Combine(copy, "objects")))
        {
            throw NotFetched(id);
        }

        try
        {
            Directory.CreateDirectory(folder);
            using var turn = await FileLock.TakeAsync(copy + ".lock", cancellationToken).ConfigureAwait(false);
            var git = GitProgram.Find(EngineEnvironment.Current(), $"The buildpack registry {url} is a git repository", "specify the image of the buildpack as docker://NAME");
            if (!Directory.Exists(Path.Combine(copy, "objects")))
            {
                await git.RunAsync(folder, ["init", "--quiet", "--bare", "--template=", copy], cancellationToken).ConfigureAwait(false);
            }

            if (!IsCopyOnly)
            {
                await FetchAsync(git, copy, cancellationToken).ConfigureAwait(false);
            }
            else if (await git.RunAsync(folder, ["--git-dir", copy, "for-each-ref", Branch], cancellationToken).ConfigureAwait(false) is "")
            {
                throw NotFetched(id);
            }

            var found = await git.RunAsync(folder, ["--git-dir", copy, "ls-tree", "--name-only", Branch, "--", path], cancellationToken).ConfigureAwait(false);
            return found.Length == 0 ? null : await git.RunAsync(folder, ["--git-dir", copy, "cat-file", "blob", $"{Branch}:{path}"], cancellationToken).ConfigureAwait(false);
        }
        catch (GitException exception)
        {
            throw Failed($"git cannot read it: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed($"it cannot be kept in {folder}: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private async Task FetchAsync(GitProgram git, string copy, CancellationToken cancellationToken)
    {
        logger.LogDebug("Fetching the buildpack registry {Url}.", url);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await git.RunAsync(
                folder, ["--git-dir", copy, "fetch", "--quiet", "--depth=1", "--no-tags", "--", url, $"+HEAD:{Branch}"], limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is GitException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var reason = exception is GitException ? exception.Message : $"git did not end within {Patience.TotalMinutes} minutes";
            if (await git.RunAsync(folder, ["--git-dir", copy, "for-each-ref", Branch], cancellationToken).ConfigureAwait(false) is "")
            {
                throw Failed($"git cannot fetch it: {reason}", exception);
            }

            logger.LogWarning("The buildpack registry {Url} cannot be fetched; the copy of the last time is used: {Reason}", url, reason);
        }
    }

    private List<IndexEntry> Parse(string id, string content)
    {
        try
        {
            return [.. content.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseLine)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Failed($"its entry of {id} is malformed", exception, EntryAction);
        }
    }

    private static IndexEntry ParseLine(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new IndexEntry(
            root.GetProperty("ns").GetString() ?? "", root.GetProperty("name").GetString() ?? "", root.GetProperty("version").GetString() ?? "",
            root.TryGetProperty("yanked", out var yanked) && yanked.ValueKind == JsonValueKind.True,
            root.TryGetProperty("addr", out var address) ? address.GetString() ?? "" : "");
    }

    private PackException NotFound(string id, string problem) =>
        new(PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound, $"The buildpack registry {url} {problem} '{id}'.")
        {
            Target = id,
            RecommendedAction = "Check the id and the version of the buildpack.",
        };

    private PackException NotFetched(string id) =>
        new(
            PackErrorIds.BuildpackNotFound, PackErrorKind.NotFound,
            $"The buildpack '{id}' cannot be found: the pull policy is Never, and there is no copy of the index of the buildpack registry {url}.")
        {
            Target = id,
            RecommendedAction = "Check the id of the buildpack, or use the pull policy IfNotPresent.",
        };

    private PackException Failed(string problem, Exception? cause = null, string? action = null) =>
        new(PackErrorIds.RegistryIndexFailed, PackErrorKind.Failed, $"The buildpack registry {url} cannot be used: {problem}.", cause)
        {
            Target = url,
            RecommendedAction = action ?? "Check the address of the registry and the network; git must be installed.",
        };

    [GeneratedRegex(@"^(?<space>[a-z0-9.-]{1,253})/(?<name>[a-z0-9.-]{1,253})(@(?<version>[0-9A-Za-z.+-]+))?\z")]
    private static partial Regex IdPattern();

    private sealed record IndexEntry(string Namespace, string Name, string Version, bool IsYanked, string Address);

    /// <summary>The order of semantic versions: releases after their previews, numbers by value.</summary>
    private sealed class VersionOrder : IComparer<string>
    {
        public static readonly VersionOrder Instance = new();

        public int Compare(string? x, string? y)
        {
            var (left, right) = (Split(x ?? ""), Split(y ?? ""));
            var core = CompareParts(left.Core, right.Core);
            return core != 0 ? core
                : left.Preview.Length == 0 || right.Preview.Length == 0 ? right.Preview.Length.CompareTo(left.Preview.Length)
                : CompareParts(left.Preview, right.Preview);
        }

        private static (string[] Core, string[] Preview) Split(string version)
        {
            var parts = version.Split('+')[0].Split('-', 2);
            return (parts[0].Split('.'), parts is [_, var preview] ? preview.Split('.') : []);
        }

        private static int CompareParts(string[] left, string[] right)
        {
            for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
            {
                var (a, b) = (Number(left[i]), Number(right[i]));
                var order = a is not null && b is not null ? a.Value.CompareTo(b.Value)
                    : a is null && b is null ? string.CompareOrdinal(left[i], right[i])
                    : a is null ? 1 : -1;
                if (order != 0)
                {
                    return order;
                }
            }

            return left.Length.CompareTo(right.Length);
        }

        private static long? Number(string part) => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
