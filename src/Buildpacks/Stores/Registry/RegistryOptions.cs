using Buildpacks.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Stores.Registry;

/// <summary>How registries are reached. Everything has a usual value.</summary>
internal sealed record RegistryOptions
{
    /// <summary>Where credentials come from; nobody logs in without it.</summary>
    public ICredentialProvider Credentials { get; init; } = new CredentialChain([]);

    /// <summary>Where images of a registry are read, and which registries need no valid certificate.</summary>
    public RegistryLocations Locations { get; init; } = RegistryLocations.None;

    /// <summary>The folders with certificates: each has a folder for each registry.</summary>
    public IReadOnlyList<string> CertificateFolders { get; init; } = [];

    /// <summary>Hosts of token servers that get a registry's credential although their name is not related to the registry's.</summary>
    public IReadOnlyCollection<string> TrustedTokenHosts { get; init; } = [];

    /// <summary>The environment that has the proxy's variables.</summary>
    public EngineEnvironment? Environment { get; init; }

    /// <summary>Bounds of time, of repetitions and of sizes.</summary>
    public RegistryLimits Limits { get; init; } = new();

    /// <summary>The largest request of an upload; <see langword="null"/> sends each blob in one request.</summary>
    public long? ChunkSize { get; init; }

    /// <summary>Is told of every request.</summary>
    public IRegistryCallObserver? Observer { get; init; }

    /// <summary>Gets a line for each request.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The options of this user and machine: credentials, certificates, mirrors and proxies where docker, podman and pack keep them.</summary>
    /// <param name="environment">The environment.</param>
    /// <exception cref="PackException">A configuration file of mirrors cannot be read.</exception>
    public static RegistryOptions OfUser(EngineEnvironment environment) => new()
    {
        Credentials = CredentialChain.OfUser(environment),
        Locations = RegistryLocations.OfUser(environment),
        CertificateFolders = RegistryCertificates.FoldersOfUser(environment),
        Environment = environment,
    };
}

/// <summary>Bounds of time, of repetitions and of sizes.</summary>
internal sealed record RegistryLimits
{
    /// <summary>How long a connection may take.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an answer may take after the request was sent. A registry that moves a large upload to its storage needs a while.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a document may take.</summary>
    public TimeSpan Document { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a transfer may take for <see cref="StallBytes"/>.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The bytes that have to pass within <see cref="Stall"/>.</summary>
    public int StallBytes { get; init; } = 16 * 1024;

    /// <summary>How often a request is repeated, and a transfer that makes no progress.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>How often a transfer is continued in all.</summary>
    public int Continuations { get; init; } = 30;

    /// <summary>The first pause before a repetition; it doubles each time.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The longest pause that a registry may ask for. More is a failure.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request of an upload that was cancelled may take to end in good order, and then the deletion of its session.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many redirects a request follows.</summary>
    public int Redirects { get; init; } = 5;

    /// <summary>How many pages of a list are read.</summary>
    public int Pages { get; init; } = 1000;
}

/// <summary>Is told of every request to a registry. Calls come from any thread.</summary>
internal interface IRegistryCallObserver
{
    /// <summary>A request has ended, well or not.</summary>
    /// <param name="call">The request, without secrets.</param>
    void Ended(RegistryCall call);
}
