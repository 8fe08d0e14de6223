using Buildpacks.Engines.Podman.Arguments;
using Buildpacks.Engines.Podman.Cli;
using Buildpacks.IO;

namespace Buildpacks.Engines.Podman;

/// <summary>
/// A container in one podman process. Each podman costs its start, and in a full store the reading of all its records; five of them cost
/// more than a small build.
/// </summary>
internal sealed class PodmanPipe(PodmanCli cli, PodmanImages images, PodmanContainers containers) : IContainerPipe
{
    private const int PodmanFailure = 125;

    /// <inheritdoc/>
    public async Task<int> RunAsync(PipedRun run, IContainerOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(output);
        EnvironmentVariables.Check(PackEngineKind.Podman, run.Container);
        var script = new PipeScript();
        var spec = script.Wrap(run);
        var image = await images.ResolveAsync(spec.Image, EngineOperation.ContainerRun, cancellationToken).ConfigureAwait(false);
        using var environment = ContainerEnvironment.Prepare(spec.Environment);

        // What passes through the container is not for podman to log.
        var command = new PodmanCommand(
            EngineOperation.ContainerRun,
            [
                "run", "--sig-proxy=false", "--log-driver=none", .. CreateArguments.Options(spec), .. run.Folders.Select(Mount), .. environment.Arguments,
                "--", image, .. spec.Command ?? [],
            ])
        {
            Target = spec.Name ?? spec.Image,
            Environment = environment.Variables,
        };
        using var conversation = new Conversation(run, new AttachedOutput(output), script.Mark, cancellationToken);
        var result = await cli.ConverseAsync(command, conversation.RunAsync, cancellationToken).ConfigureAwait(false);
        return await JudgeAsync(result, conversation, spec, cancellationToken).ConfigureAwait(false);
    }

    private static string Mount(PipedFolder folder) => folder.Kind is PipedFolderKind.New
        ? MountArgument.Unnamed(folder.Path)
        : MountArgument.InMemory(folder.Path, isEmpty: folder.Kind is PipedFolderKind.Replaced);

    private async Task<int> JudgeAsync(PodmanResult result, Conversation conversation, ContainerSpec spec, CancellationToken cancellationToken)
    {
        var container = spec.Name;
        if (conversation.Stage == Stage.Running)
        {
            result = conversation.Attached.OwnWordsOf(result);
        }

        switch (conversation.Stage)
        {
            case Stage.Nothing when LacksProgram(result):
                var lack = result.Errors.Length > 0 ? PodmanErrors.WordsOf(result.Errors) : "its image has no tar";
                throw new PackException(PackErrorIds.PipeImageUnfit, PackErrorKind.Unsupported, $"The container {container} cannot be filled through its standard input: {lack}")
                {
                    ExitCode = result.ExitCode,
                    Target = result.Command.Target,
                };
            case Stage.Unpacking when conversation.Refusal.Length > 0 && spec.User is { } user && !IsRoot(user) && IsForbidden(conversation.Refusal):
                throw new PackException(PackErrorIds.PipeImageUnfit, PackErrorKind.Unsupported, $"The user {user} of the container {spec.Name} cannot write what goes into it: {PodmanErrors.WordsOf(conversation.Refusal)}")
                {
                    ExitCode = result.ExitCode,
                    Target = result.Command.Target,
                };
            case Stage.Unpacking when conversation.Refusal.Length > 0:
                throw EngineErrors.Create(
                    PackEngineKind.Podman, PodmanErrors.KindOf(conversation.Refusal), EngineOperation.ContainerRun, conversation.Refusal,
                    result.ExitCode, result.Command.Target);
            case Stage.Nothing or Stage.Unpacking when result.ExitCode <= PodmanErrors.FirstSignal:
            case Stage.Running when result.ExitCode is 0 || result.ExitCode == PodmanFailure && conversation.Attached.Holds:
                throw result.ToException();
            case Stage.Packing:
                conversation.Attached.Release();
                return 0;
        }

        // A container that a signal ended and a podman that one ended have the same exit codes, but podman's container is there still.
        if (result.ExitCode > PodmanErrors.FirstSignal && (conversation.Stage == Stage.Nothing || await IsThereAsync(container, cancellationToken).ConfigureAwait(false)))
        {
            throw result.ToException();
        }

        conversation.Attached.Release();
        return result.ExitCode;
    }

    /// <summary>
    /// Whether the image has no shell, or its shell finds no program. podman ends with the same exit codes when something else is missing that the
    /// container needs, such as the network of a container that has ended: then it does not name the shell.
    /// </summary>
    private static bool LacksProgram(PodmanResult result) => PodmanErrors.IsMarked(result.Errors)
        ? result.ExitCode is PipeScript.NoProgram or PipeScript.NoProgram - 1 && result.Errors.Contains(PipeScript.Shell, StringComparison.Ordinal)
        : result.ExitCode == PipeScript.NoProgram;

    private static bool IsRoot(string user) => user.Split(':')[0] is "0" or "root";

    private static bool IsForbidden(string words) =>
        words.Contains("Permission denied", StringComparison.Ordinal) || words.Contains("Operation not permitted", StringComparison.Ordinal);

    private static PackException PackingFailure(PodmanCommand command, int? exitCode, string words) => PipeScript.AreOfTar(words)
        ? new PipeOutputException(PodmanErrors.Create(command, exitCode, words))
        : PodmanErrors.Create(command, exitCode, words);

    private async Task<bool> IsThereAsync(string? container, CancellationToken cancellationToken)
    {
        try
        {
            return container is not null && await containers.InspectAsync(container, cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (PackException failure) when (failure.Kind is PackErrorKind.NotFound)
        {
            return false;
        }
    }

    /// <summary>How far a container has come. A mark leads from each stage to the next.</summary>
    private enum Stage
    {
        /// <summary>It has not begun.</summary>
        Nothing,

        /// <summary>It takes what goes in.</summary>
        Unpacking,

        /// <summary>Its command runs.</summary>
        Running,

        /// <summary>It gives what comes out.</summary>
        Packing,
    }

    /// <summary>What is said to podman and heard from it.</summary>
    private sealed class Conversation(PipedRun run, AttachedOutput attached, ReadOnlyMemory<byte> mark, CancellationToken cancellationToken) : IDisposable
    {
        private readonly ErrorTail _refusal = new();
        private readonly CancellationTokenSource _refused = new();
        private readonly ArchiveParts _parts = new();
        private readonly TaskCompletionSource _unpacked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>How far it came.</summary>
        public Stage Stage { get; private set; }

        /// <summary>Takes the command's output, and podman's last words.</summary>
        public AttachedOutput Attached => attached;

        /// <summary>What tar says of an archive that it does not unpack; empty when there is nothing to say.</summary>
        public string Refusal => _refusal.ToString().Trim();

        /// <inheritdoc/>
        public void Dispose() => _refused.Dispose();

        /// <summary>Feeds the process and reads it, to its end.</summary>
        public async Task RunAsync(PodmanProcess process, ErrorTail errors)
        {
            var feed = ArchiveFeed.RunAsync(process, run.WriteCommandInput is null ? run.WriteInput : WriteAllAsync, enough: _refused.Token, cancellationToken);
            var errorPump = attached.CopyErrorsAsync(process, errors);
            var reading = ReadAsync(process, errors, Task.WhenAll(feed, errorPump));
            await Task.WhenAll(feed, errorPump, reading).ConfigureAwait(false);
        }

        /// <summary>Writes the archive in parts, and then what the command reads.</summary>
        private async Task WriteAllAsync(Stream input, CancellationToken stop)
        {
            await _parts.WriteAsync(input, run.WriteInput, stop).ConfigureAwait(false);
            await _unpacked.Task.WaitAsync(stop).ConfigureAwait(false);
            await run.WriteCommandInput!(input, stop).ConfigureAwait(false);
        }

        private async Task ReadAsync(PodmanProcess process, ErrorTail errors, Task others)
        {
            try
            {
                var marked = new MarkedOutput(process, mark);
                while (Stage < Stage.Packing)
                {
                    if (!await marked.ReadToMarkAsync(Stage == Stage.Unpacking ? _refusal.Append : attached.WriteOutput).ConfigureAwait(false))
                    {
                        return;
                    }

                    if (Refusal.Length > 0)
                    {
                        await _refused.CancelAsync().ConfigureAwait(false);
                        continue;
                    }

                    if (Stage == Stage.Unpacking && _parts.Take())
                    {
                        continue;
                    }

                    Stage++;
                    if (Stage == Stage.Unpacking)
                    {
                        run.Begun?.Invoke();
                    }
                    else if (Stage == Stage.Running)
                    {
                        _unpacked.TrySetResult();
                    }
                }

                if (await marked.ReadMarkAsync().ConfigureAwait(false))
                {
                    Stage = Stage.Running;
                    var report = new ErrorTail();
                    await marked.ReadToMarkAsync(report.Append).ConfigureAwait(false);
                    run.Failed?.Invoke(report.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
                    return;
                }

                run.Ended?.Invoke();
                var archive = new PrefixedStream(marked.Rest, new PipedArchive(process, FinishAsync));
                await using (archive.ConfigureAwait(false))
                {
                    if (run.ReadMore is { } readMore && run.MoreOutput.Count > 0)
                    {
                        var first = new FirstArchiveStream(archive);
                        await using (first.ConfigureAwait(false))
                        {
                            await run.ReadOutput(first, cancellationToken).ConfigureAwait(false);
                            await first.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
                            if (await first.RestAsync(cancellationToken).ConfigureAwait(false) is { } more)
                            {
                                await readMore(more, cancellationToken).ConfigureAwait(false);
                            }
                        }
                    }
                    else
                    {
                        await run.ReadOutput(archive, cancellationToken).ConfigureAwait(false);
                    }

                    await archive.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
                }
            }
            catch
            {
                process.Kill();
                throw;
            }

            async Task FinishAsync()
            {
                await others.ConfigureAwait(false);
                if (await process.WaitAsync().ConfigureAwait(false) is not 0 and var exitCode)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    throw PackingFailure(process.Command, exitCode, PipeScript.LastWordsOfTar(errors.ToString()));
                }
            }
        }
    }
}
