using System.Text;
using System.Text.RegularExpressions;
using Buildpacks.Engines.Docker.Streams;
using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>Builds images with docker's own builder. The Dockerfile is in the context, and docker takes it out before it builds.</summary>
internal sealed partial class DockerBuilds(DockerCalls calls) : IEngineBuilds
{
    private static readonly BuildContextArchive Archive = new(".dockerignore", BuildContextArchive.OwnDockerfile);

    /// <inheritdoc/>
    public async Task<string> BuildAsync(ImageBuild build, IContainerOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(output);
        var messages = new Messages(output);
        var parameters = new ImageBuildParameters
        {
            Dockerfile = BuildContextArchive.OwnDockerfile,
            BuildArgs = build.Arguments.ToDictionary(),
            NetworkMode = build.Network,
            Remove = true,
            ForceRemove = true,
        };
        await calls.RunAsync(
            EngineOperation.ImageBuild,
            build.Target,
            session => ArchiveFeed.RunAsync(
                (destination, token) => Archive.WriteAsync(build, destination, token),
                (archive, token) => session.Client.Images.BuildImageFromDockerfileAsync(parameters, archive, [], new Dictionary<string, string>(), messages, token),
                cancellationToken),
            cancellationToken).ConfigureAwait(false);
        messages.ThrowIfFailed(build.Target);
        return await FindAsync(messages.Id ?? throw DockerErrors.Told("docker does not name the image that it built", EngineOperation.ImageBuild, build.Target), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The full id: docker's builder tells the beginning.</summary>
    private async Task<string> FindAsync(string id, CancellationToken cancellationToken) => (await calls.AskAsync(
        EngineOperation.ImageInspect, id, (session, token) => session.GetAsync($"images/{id}/json", DockerJson.Default.DockerImageAnswer, token), cancellationToken)
        .ConfigureAwait(false)).Id ?? id;

    [GeneratedRegex("^Successfully built ([0-9a-f]{12,64})$")]
    private static partial Regex Built();

    /// <summary>Takes what docker says while it builds.</summary>
    private sealed class Messages(IContainerOutput output) : IProgress<JSONMessage>
    {
        private JSONError? _error;

        /// <summary>The beginning of the image's id.</summary>
        public string? Id { get; private set; }

        public void Report(JSONMessage value)
        {
            _error ??= value.Error;
            if (value.Stream is not { Length: > 0 } text)
            {
                return;
            }

            if (Built().Match(text.Trim()) is { Success: true } built)
            {
                Id = built.Groups[1].Value;
            }

            output.Write(isError: false, Encoding.UTF8.GetBytes(text));
        }

        public void ThrowIfFailed(string target)
        {
            if (_error is not null)
            {
                throw DockerErrors.Told(_error.Message ?? "no reason given", EngineOperation.ImageBuild, target, _error.Code);
            }
        }
    }
}
