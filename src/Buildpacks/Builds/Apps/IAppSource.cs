using System.Formats.Tar;
using Buildpacks.IO;

namespace Buildpacks.Builds.Apps;

/// <summary>The source code of an app, to be sent into a container.</summary>
internal interface IAppSource
{
    /// <summary>Writes the app into an archive.</summary>
    /// <param name="tar">The archive.</param>
    /// <param name="root">The folder in the archive that becomes the app's: no slash at either end, such as <c>workspace</c>. It gets an entry too, with mode 0777.</param>
    /// <param name="owner">Who owns every entry.</param>
    /// <param name="progress">Told the bytes of files so far.</param>
    /// <param name="special">Gets the modes that a tar may leave out; <see langword="null"/> when they do not matter.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="PackException"><c>AppFileUnreadable</c>: a file cannot be read.</exception>
    Task WriteAsync(TarWriter tar, string root, TarOwner owner, IProgress<long>? progress, SpecialModes? special, CancellationToken cancellationToken);

    /// <summary>Counts what <see cref="WriteAsync"/> would send. No file is opened, except a zip file.</summary>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <exception cref="PackException"><c>AppFileUnreadable</c>: a folder cannot be read.</exception>
    AppSurvey Survey(CancellationToken cancellationToken);
}
