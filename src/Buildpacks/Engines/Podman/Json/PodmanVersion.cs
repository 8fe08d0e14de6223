namespace Buildpacks.Engines.Podman.Json;

/// <summary><c>podman version</c>.</summary>
internal sealed record PodmanVersion
{
    /// <summary>The executable.</summary>
    public Part? Client { get; set; }

    /// <summary>The service it talks to; absent when it works by itself.</summary>
    public Part? Server { get; set; }

    /// <summary>One side.</summary>
    internal sealed record Part
    {
        /// <summary>The version of the API.</summary>
        public string? APIVersion { get; set; }

        /// <summary>The version.</summary>
        public string? Version { get; set; }

        /// <summary><c>os/architecture</c>.</summary>
        public string? OsArch { get; set; }
    }
}
