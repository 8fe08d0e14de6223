using System.Security.Cryptography;
using Buildpacks.Configuration;
using Buildpacks.Modules;
using Buildpacks.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Tests.Builders;

public sealed class DownloaderTests : IAsyncDisposable
{
    private static readonly DownloadLimits Quick = new() { RetryDelay = TimeSpan.FromMilliseconds(1), Retries = 2, Redirects = 3 };

    private readonly TestFolder _folder = new("downloads");
    private readonly FileServer _server = new();
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(300_000);

    public DownloaderTests() => _server.Files["/a.tgz"] = _content;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private string Checksum => Convert.ToHexStringLower(SHA256.HashData(_content));

    [Fact]
    public async Task A_file_is_kept_and_asked_for_with_its_tag()
    {
        var path = await GetAsync("a.tgz");
        Assert.Equal(_content, File.ReadAllBytes(path));
        Assert.Equal(path, await GetAsync("a.tgz"));
        _server.Files["/a.tgz"] = [1, 2, 3];
        Assert.Equal([1, 2, 3], File.ReadAllBytes(await GetAsync("a.tgz")));

        Assert.Equal(["/a.tgz", "/a.tgz \"…\"", "/a.tgz \"…\""], _server.Requests.Select(request => System.Text.RegularExpressions.Regex.Replace(request, "\"\\w+\"", "\"…\"")));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(_server.Address + "a.tgz"))), Path.GetFileName(path));
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), file => file.EndsWith(".part", StringComparison.Ordinal) || file.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_another_program_cut_is_downloaded_again()
    {
        var path = await GetAsync("a.tgz");
        File.WriteAllBytes(path, _content[..100]);

        Assert.Equal(_content, File.ReadAllBytes(await GetAsync("a.tgz")));
    }

    [Fact]
    public async Task A_file_with_its_checksum_is_not_asked_for_again()
    {
        await GetAsync("a.tgz#sha256=" + Checksum.ToUpperInvariant());
        var path = await GetAsync("a.tgz#sha256=" + Checksum);

        Assert.Equal(_content, File.ReadAllBytes(path));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_file_with_another_checksum_is_not_kept()
    {
        var failure = await FailAsync("a.tgz#sha256=" + new string('0', 64));

        Assert.Equal("DownloadInvalid", failure.ErrorId);
        Assert.Contains(Checksum, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tgz"));
        Assert.False(File.Exists(_folder[KeyOf("a.tgz")]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cut_connection_is_continued(bool hasTags)
    {
        _server.HasTags = hasTags;
        foreach (var cut in new[] { 100_000, 50_000, 100_000 })
        {
            _server.Cuts.Enqueue(cut);
        }

        if (hasTags)
        {
            Assert.Equal(_content, File.ReadAllBytes(await GetAsync("a.tgz")));
            Assert.Equal(["bytes=100000-", "bytes=150000-", "bytes=250000-"], _server.Requests.Skip(1).Select(request => request.Split(' ')[1]));
        }
        else
        {
            // Nobody knows whether it is the same file, so it begins again.
            Assert.Equal(_content, File.ReadAllBytes(await GetAsync("a.tgz")));
            Assert.DoesNotContain(_server.Requests, request => request.Contains("bytes", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_a_process_downloaded_is_continued_by_the_next_one()
    {
        _server.Cuts.Enqueue(200_000);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            _server.Cuts.Enqueue(0);
        }

        Assert.Equal("DownloadFailed", (await FailAsync("a.tgz")).ErrorId);
        _server.Requests.Clear();
        _server.Cuts.Clear();

        Assert.Equal(_content, File.ReadAllBytes(await GetAsync("a.tgz")));
        Assert.Equal("/a.tgz bytes=200000-", Assert.Single(_server.Requests));
    }

    [Fact]
    public async Task A_file_that_changed_since_it_was_cut_begins_again()
    {
        _server.Cuts.Enqueue(200_000);
        _server.Cuts.Enqueue(0);
        _server.Cuts.Enqueue(0);
        _server.Cuts.Enqueue(0);
        await FailAsync("a.tgz");
        var partTag = Directory.GetFiles(_folder.Path, "*.part.etag").Single();
        File.WriteAllText(partTag, "\"other\"");
        _server.Files["/a.tgz"] = [9, 9];

        // The server of the test does not look at If-Range, so it says that there is nothing behind the end.
        _server.Status = 416;
        await FailAsync("a.tgz");
        _server.Status = null;

        Assert.Equal([9, 9], File.ReadAllBytes(await GetAsync("a.tgz")));
    }

    [Fact]
    public async Task A_copy_stands_in_for_a_server_that_cannot_be_reached()
    {
        var path = await GetAsync("a.tgz");
        _server.Status = 503;

        Assert.Equal(path, await GetAsync("a.tgz"));
        Assert.Equal((PackErrorKind.Unreachable, "DownloadFailed"), await KindAsync("b.tgz"));
    }

    [Theory]
    [InlineData(404, PackErrorKind.NotFound)]
    [InlineData(403, PackErrorKind.Unauthorized)]
    [InlineData(400, PackErrorKind.Failed)]
    public async Task A_server_that_refuses_is_asked_once(int status, PackErrorKind kind)
    {
        _server.Status = status;

        Assert.Equal((kind, "DownloadFailed"), await KindAsync("a.tgz"));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Redirects_are_followed_and_only_the_first_server_gets_the_user()
    {
        await using var other = new FileServer();
        other.Files["/b.tgz"] = _content;
        _server.Redirects["/away"] = other.Address + "b.tgz";
        _server.Redirects["/here"] = "a.tgz";
        var user = _server.Address.Replace("http://", "http://me:se%20cret@", StringComparison.Ordinal);

        Assert.Equal(_content, File.ReadAllBytes(await NewDownloader().GetAsync(Address(user + "away"), CancellationToken.None)));
        Assert.Equal(_content, File.ReadAllBytes(await NewDownloader().GetAsync(Address(user + "here"), CancellationToken.None)));

        var sent = "Basic " + Convert.ToBase64String("me:se cret"u8);
        Assert.Equal(["/away " + sent, "/here " + sent, "/a.tgz " + sent], _server.Requests);
        Assert.Equal("/b.tgz", Assert.Single(other.Requests));
    }

    [Theory]
    [InlineData("file:///etc/passwd", "redirects from http to file")]
    [InlineData("ftp://127.0.0.1/a", "redirects from http to ftp")]
    [InlineData("/loop", "redirects more than 3 times")]
    public async Task Redirects_that_lead_elsewhere_are_not_followed(string target, string problem)
    {
        _server.Redirects["/loop"] = target;

        var failure = await FailAsync("loop");

        Assert.Equal("DownloadInvalid", failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_without_end_is_bounded(bool hasLengths)
    {
        _server.HasLengths = hasLengths;

        var failure = await Assert.ThrowsAsync<PackException>(
            () => NewDownloader(Quick with { MaximumSize = 200_000 }).GetAsync(Address(_server.Address + "a.tgz"), CancellationToken.None));

        Assert.Equal("DownloadInvalid", failure.ErrorId);
    }

    [Theory]
    [InlineData("https://h/a#sha256=12", false)]
    [InlineData("https://h/a#md5=d41d8cd98f00b204e9800998ecf8427e", false)]
    [InlineData("https://", false)]
    [InlineData("file:///a", false)]
    [InlineData("https://h/a#", true)]
    [InlineData("https://h/a?token=x", true)]
    public void An_address_is_checked(string text, bool isValid) => Assert.Equal(isValid, DownloadAddress.TryParse(text, out _, out _));

    [Fact]
    public void Secrets_of_an_address_are_not_shown() => Assert.Equal("https://h/a.tgz?…", Address("https://me:secret@h/a.tgz?token=secret").Shown);

    private static DownloadAddress Address(string text) => DownloadAddress.TryParse(text, out var address, out var problem) ? address : throw new ArgumentException(problem);

    private string KeyOf(string file) => Address(_server.Address + file).Key;

    private Downloader NewDownloader(DownloadLimits? limits = null) => new(_folder.Path, EngineEnvironment.Current(), NullLogger.Instance) { Limits = limits ?? Quick };

    private Task<string> GetAsync(string file) => NewDownloader().GetAsync(Address(_server.Address + file), CancellationToken.None);

    private Task<PackException> FailAsync(string file) => Assert.ThrowsAsync<PackException>(() => GetAsync(file));

    private async Task<(PackErrorKind Kind, string Id)> KindAsync(string file)
    {
        var failure = await FailAsync(file);
        return (failure.Kind, failure.ErrorId);
    }
}
