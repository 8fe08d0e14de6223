using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Apps;

/// <summary>
/// An app that a build can read from this machine: fetched from its git repository, or taken from a stream. Temporary files are removed when this is
/// disposed.
/// </summary>
internal sealed class ReadyApp : IDisposable
{
    private readonly IDisposable? _temporary;

    private ReadyApp(BuildRequest request, IDisposable? temporary) => (Request, _temporary) = (request, temporary);

    /// <summary>The build of this app.</summary>
    public BuildRequest Request { get; }

    /// <summary>What takes its time, as an activity; <see langword="null"/> when the app is a folder or a file.</summary>
    /// <param name="request">The build.</param>
    public static string? ActivityOf(BuildRequest request) => request.Input is not null ? $"Reading the {request.Path}"
        : GitAddress.IsMeant(request.Path) ? $"Fetching {GitAddress.Parse(request.Path).Repository}"
        : null;

    /// <summary>Fetches or reads the app. All entries of a tar archive are checked.</summary>
    /// <param name="request">The build.</param>
    /// <param name="logger">Is told which commit of a repository it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="PackException">
    /// <c>GitNotFound</c>, <c>AppGitInvalid</c>, <c>AppGitFailed</c>, <c>AppPathNotFound</c>, <c>AppPathEmpty</c>, <c>AppPathInvalid</c>, <c>AppFileUnreadable</c>,
    /// <c>AppFileNameInvalid</c>, <c>TemporaryFileFailed</c>.
    /// </exception>
    public static async Task<ReadyApp> GetAsync(BuildRequest request, ILogger logger, CancellationToken cancellationToken)
    {
        if (request.Input is { } input)
        {
            var streamed = await StreamedApp.ReadAsync(input, request.Path, cancellationToken).ConfigureAwait(false);
            try
            {
                return new ReadyApp(await IndexAsync(request with { Input = null, Path = streamed.Path, PathName = request.Path }, cancellationToken).ConfigureAwait(false), streamed);
            }
            catch
            {
                streamed.Dispose();
                throw;
            }
        }

        if (GitAddress.IsMeant(request.Path))
        {
            var checkout = await GitCheckout.FetchAsync(GitAddress.Parse(request.Path), logger, cancellationToken).ConfigureAwait(false);
            return new ReadyApp(request with { Path = checkout.Folder, Origin = checkout.Origin }, checkout);
        }

        return new ReadyApp(await IndexAsync(request, cancellationToken).ConfigureAwait(false), temporary: null);
    }

    /// <inheritdoc/>
    public void Dispose() => _temporary?.Dispose();

    private static async Task<BuildRequest> IndexAsync(BuildRequest request, CancellationToken cancellationToken) =>
        request.Tar is null && AppSource.IsTar(request.Path, request.PathName)
            ? request with { Tar = await AppTarIndex.ReadAsync(request.Path, request.PathName ?? request.Path, cancellationToken).ConfigureAwait(false) }
            : request;
}
