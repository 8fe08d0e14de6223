using System.Text;
using Buildpacks.Engines.Podman.Arguments;
using Buildpacks.Engines.Podman.Cli;

namespace Buildpacks.Engines.Podman;

/// <summary>Builds images with <c>podman build</c>, which reads the context as an archive from its standard input.</summary>
/// <param name="cli">Runs podman.</param>
/// <param name="isHere">Whether podman itself builds, and not a podman at another address.</param>
internal sealed class PodmanBuilds(PodmanCli cli, bool isHere) : IEngineBuilds
{
    /// <summary>A client sends to a podman at another address what the ignore file leaves out only if it has this name.</summary>
    private const string SentDockerfile = "Containerfile";

    private readonly BuildContextArchive _archive = new(".containerignore", isHere ? BuildContextArchive.OwnDockerfile : SentDockerfile);

    /// <inheritdoc/>
    public async Task<string> BuildAsync(ImageBuild build, IContainerOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(output);
        if (build.Arguments.Keys.FirstOrDefault(ReservedVariables.Contains) is { } reserved)
        {
            throw Failure(PackErrorKind.InvalidInput, $"the build argument {reserved} has the name of a variable that podman reads itself");
        }

        var command = new PodmanCommand(
            EngineOperation.ImageBuild,
            [
                "build", "--pull=false", "--layers", "--force-rm", "--format=oci", "--file=" + _archive.Dockerfile,
                .. build.Network is { } network ? new[] { "--network=" + network } : [],
                .. build.Arguments.Keys.Select(name => "--build-arg=" + name), "-",
            ])
        {
            Target = build.Target,
            Environment = build.Arguments,
            Waits = true,
            Spools = true,
            RunsCommands = isHere,
        };
        var lastLine = new LastLine(output);
        var attached = new AttachedOutput(lastLine);
        var result = await cli.ConverseAsync(
            command,
            (process, errors) => Task.WhenAll(
                ArchiveFeed.RunAsync(process, (destination, token) => _archive.WriteAsync(build, destination, token), enough: CancellationToken.None, cancellationToken),
                attached.CopyAsync(process, errors)),
            cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw attached.OwnWordsOf(result).ToException();
        }

        attached.Release();
        return PodmanImageNames.IsFullId(lastLine.Text) ? "sha256:" + lastLine.Text : throw Failure(PackErrorKind.Failed, "podman does not name the image that it built");

        PackException Failure(PackErrorKind kind, string words) => EngineErrors.Create(PackEngineKind.Podman, kind, EngineOperation.ImageBuild, words, target: build.Target);
    }

    /// <summary>Keeps the last line on standard output, where podman writes the image's id after all that commands of the Dockerfile write.</summary>
    private sealed class LastLine(IContainerOutput output) : IContainerOutput
    {
        private const int LongestId = 64;

        private readonly List<byte> _line = [];
        private bool _ended;

        public string Text => Encoding.ASCII.GetString([.. _line]);

        public void Write(bool isError, ReadOnlySpan<byte> bytes)
        {
            output.Write(isError, bytes);
            foreach (var value in isError ? [] : bytes)
            {
                if (value == '\n')
                {
                    _ended = true;
                    continue;
                }

                if (_ended)
                {
                    _line.Clear();
                    _ended = false;
                }

                // One more byte than an id has says that the line is none.
                if (_line.Count <= LongestId)
                {
                    _line.Add(value);
                }
            }
        }
    }
}
