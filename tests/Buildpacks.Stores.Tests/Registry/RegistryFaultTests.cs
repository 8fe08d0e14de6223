using Buildpacks.Oci;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Stores.Tests.Registry;

/// <summary>What networks, proxies and broken servers do.</summary>
public sealed class RegistryFaultTests(OpenRegistryFixture registry) : IClassFixture<OpenRegistryFixture>
{
    private static readonly RegistryLimits Impatient = TestOptions.Limits with
    {
        Answer = TimeSpan.FromMilliseconds(400), Document = TimeSpan.FromMilliseconds(400), Stall = TimeSpan.FromMilliseconds(400), Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(5),
    };

    [SkippableTheory]
    [InlineData(429, "Retry-After: 0\r\n")]
    [InlineData(503, "Retry-After: 0\r\n")]
    [InlineData(500, "")]
    [InlineData(502, "")]
    [InlineData(504, "")]
    [InlineData(408, "")]
    public async Task A_request_is_made_again_when_that_may_help(int status, string headers)
    {
        registry.Require();
        var failed = new HashSet<string>();
        using var proxy = new FaultProxy(registry.Host);
        proxy.Handle = request => failed.Add(request.Method + request.Target.Split('?')[0].Split("uploads/")[0]) ? request.AnswerAsync(status, headers) : Task.CompletedTask;
        using var client = new RegistryClient(TestOptions.None);
        var store = new RegistryImageStore(client);
        var name = TestOptions.NewName(proxy.Host);

        var manifest = await TestContent.PutImageAsync(store, name);

        Assert.Equal(manifest.Descriptor.Digest, (await store.ResolveAsync(name, TestContent.Amd64, default)).Digest);
        Assert.Contains(failed, request => request.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("////////+////////")]
    [InlineData("//[::1")]
    public async Task A_redirect_to_what_is_no_address_is_an_error(string location)
    {
        using var proxy = new FaultProxy { Handle = request => request.AnswerAsync(302, $"Location: {location}\r\n") };
        using var client = new RegistryClient(TestOptions.None with { Limits = Impatient with { Answer = TimeSpan.FromSeconds(30) } });

        var failure = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(TestOptions.NewName(proxy.Host), default));

        Assert.NotEmpty(failure.ErrorId);
    }

    [Theory]
    [InlineData(429, "RegistryLimitReached", "Retry-After: 900\r\n", 1)]
    [InlineData(503, "RegistryUnavailable", "Retry-After: 900\r\n", 1)]
    [InlineData(503, "RegistryUnavailable", "", 2)]
    [InlineData(500, "RegistryFailed", "", 2)]
    [InlineData(403, "RegistryAccessDenied", "", 1)]
    [InlineData(418, "RegistryFailed", "", 1)]
    [InlineData(405, "RegistryUnsupported", "", 1)]
    public async Task What_stays_is_one_failure_with_the_registrys_words(int status, string id, string headers, int requests)
    {
        using var proxy = new FaultProxy
        {
            Handle = request => request.Target == "/v2/" ? request.AnswerAsync(200) : request.AnswerAsync(status, headers, """{"errors":[{"code":"X","message":"so it is\u0007"}]}"""),
        };
        using var client = new RegistryClient(TestOptions.None with { Limits = Impatient with { Answer = TimeSpan.FromSeconds(30) } });
        var name = TestOptions.NewName(proxy.Host);

        var failure = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(name, default));

        Assert.Equal((id, name.Name), (failure.ErrorId, failure.Target));
        Assert.Contains(proxy.Host, failure.Message, StringComparison.Ordinal);
        Assert.Contains("(so it is)", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.RecommendedAction);
        Assert.Equal(requests, proxy.Requests.Count(request => request.Target != "/v2/"));
        if (headers.Length > 0)
        {
            Assert.Contains("900 s", failure.RecommendedAction, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_that_is_cut_goes_on_where_the_registry_says_it_was(bool isStream)
    {
        const int Size = 12_000_000;
        using var received = new MemoryStream();
        var parts = new List<long>();
        var isComplete = false;
        using var proxy = new FaultProxy();
        proxy.Handle = async request =>
        {
            if (request.Method is "PATCH")
            {
                var part = await request.ReadBodyAsync(limit: parts.Count < 2 ? 5_000_000 : long.MaxValue);
                received.Write(part);
                parts.Add(part.Length);
                if (parts.Count <= 2)
                {
                    request.Cut();
                    return;
                }
            }

            isComplete |= request.Method == "PUT";
            await (request.Method switch
            {
                "HEAD" => request.AnswerAsync(404),
                "PUT" => request.AnswerAsync(201),
                "GET" when request.Target.Contains("uploads", StringComparison.Ordinal) => request.AnswerAsync(204, $"Range: 0-{received.Length - 1}\r\n"),
                _ => request.AnswerAsync(202, "Location: /v2/r/blobs/uploads/1?state=a%2Fb\r\n"),
            });
        };
        using var client = new RegistryClient(TestOptions.None);
        using var stream = TestContent.Stream(Size);
        using BlobSource blob = isStream ? stream : Repeatable(stream.Descriptor);

        await client.PutBlobAsync(TestOptions.NewName(proxy.Host), blob, null, default);

        Assert.True(isComplete);
        Assert.Equal([5_000_000, 5_000_000, 2_000_000], parts);
        Assert.Equal(blob.Descriptor.Digest, OciDigest.Of(received.ToArray()));
        Assert.Contains(proxy.Requests, request => request.Header("Content-Range") == "10000000-11999999");
        Assert.Contains(proxy.Requests, request => request.Target.StartsWith("/v2/r/blobs/uploads/1?state=a%2Fb&digest=sha256", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("repeatable")]
    [InlineData("kept")]
    [InlineData("small")]
    public async Task An_upload_that_the_registry_cannot_continue_begins_again(string kind)
    {
        registry.Require();
        var size = kind == "small" ? 3_000_000 : 20_000_000;
        var cuts = 0;
        using var proxy = new FaultProxy(registry.Host);
        proxy.Handle = request => request.HasLargeBody && cuts++ < 2 ? request.ForwardAsync(bodyLimit: size - 1_000_000) : Task.CompletedTask;
        using var client = new RegistryClient(TestOptions.None);
        var store = new RegistryImageStore(client);
        var name = TestOptions.NewName(proxy.Host);
        using var stream = TestContent.Stream(size);
        using BlobSource blob = kind switch
        {
            "repeatable" => Repeatable(stream.Descriptor),
            "kept" => BlobSource.OfStream(new NoiseStream(size), stream.Descriptor, keepAll: true),
            _ => stream,
        };

        await store.PutBlobAsync(name, blob, null, default);

        await using var content = await store.OpenBlobAsync(name, blob.Descriptor, default);
        await content.CopyToAsync(Stream.Null);
        Assert.Equal(3, proxy.Requests.Count(request => request.HasLargeBody));
    }

    [SkippableFact]
    public async Task A_stream_that_has_gone_by_cannot_begin_again()
    {
        registry.Require();
        using var proxy = new FaultProxy(registry.Host);
        proxy.Handle = request => request.HasLargeBody ? request.ForwardAsync(bodyLimit: 19_000_000) : Task.CompletedTask;
        using var client = new RegistryClient(TestOptions.None);
        var name = TestOptions.NewName(proxy.Host);
        using var blob = TestContent.Stream(20_000_000);

        var failure = await Assert.ThrowsAsync<PackException>(() => client.PutBlobAsync(name, blob, null, default));

        Assert.Equal(("RegistryUploadCut", name.Name), (failure.ErrorId, failure.Target));
        Assert.False(await client.HeadBlobAsync(name, blob.Descriptor, default));
    }

    [SkippableFact]
    public async Task An_upload_that_is_too_large_for_one_request_goes_up_in_chunks()
    {
        registry.Require();
        using var proxy = new FaultProxy(registry.Host);
        proxy.Handle = request => request.IsChunked || request.BodyLength > 17_000_000 ? request.AnswerAsync(413) : Task.CompletedTask;
        using var client = new RegistryClient(TestOptions.None);
        var name = TestOptions.NewName(proxy.Host);
        using var stream = TestContent.Stream(40_000_000);
        using var blob = Repeatable(stream.Descriptor);

        await client.PutBlobAsync(name, blob, null, default);

        Assert.True(await client.HeadBlobAsync(name, blob.Descriptor, default));
        Assert.Equal(3, proxy.Requests.Count(request => request.Header("Content-Range") is not null));
    }

    [SkippableFact]
    public async Task A_large_blob_with_another_digest_leaves_no_session()
    {
        registry.Require();
        using var client = new RegistryClient(TestOptions.None);
        var name = TestOptions.NewName(registry.Host);
        using var blob = BlobSource.OfStream(new NoiseStream(5_000_000), TestContent.Describe([1]) with { Size = 5_000_000 });

        var failure = await Assert.ThrowsAsync<PackException>(() => client.PutBlobAsync(name, blob, null, default));

        Assert.Equal("DigestMismatch", failure.ErrorId);
        Assert.Empty(registry.OpenUploads(name.Repository));
    }

    [SkippableFact]
    public async Task A_file_that_cannot_be_read_is_not_the_registrys_fault()
    {
        registry.Require();
        using var client = new RegistryClient(TestOptions.None);
        var name = TestOptions.NewName(registry.Host);

        foreach (var size in new[] { 100, 5_000_000 })
        {
            using var blob = BlobSource.OfFile("/nowhere/blob", TestContent.Describe([1]) with { Size = size });
            var failure = await Assert.ThrowsAsync<PackException>(() => client.PutBlobAsync(name, blob, null, default));

            Assert.Equal("BlobUnreadable", failure.ErrorId);
        }

        Assert.Empty(registry.OpenUploads(name.Repository));
    }

    [SkippableFact]
    public async Task An_upload_that_fails_or_is_cancelled_leaves_no_session()
    {
        registry.Require();
        using var proxy = new FaultProxy(registry.Host);
        proxy.Handle = request => request.BodyLength > 0 ? request.AnswerAsync(500) : Task.CompletedTask;
        using var client = new RegistryClient(TestOptions.None with { Limits = TestOptions.Limits with { Retries = 1, CancelGrace = TimeSpan.FromSeconds(2) } });
        var name = TestOptions.NewName(proxy.Host);
        using var cancel = new CancellationTokenSource();

        var failure = await Assert.ThrowsAsync<PackException>(() => client.PutBlobAsync(name, TestContent.Blob(TestContent.Bytes(100_000)), null, default));
        proxy.Handle = request =>
        {
            if (request.BodyLength > 0)
            {
                cancel.Cancel();
                return request.StaySilentAsync();
            }

            return Task.CompletedTask;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.PutBlobAsync(name, TestContent.Blob(TestContent.Bytes(100_000)), null, cancel.Token));

        Assert.Equal("RegistryFailed", failure.ErrorId);
        Assert.Empty(registry.OpenUploads(name.Repository));
    }

    [SkippableFact]
    public async Task Uploads_that_are_cancelled_at_any_moment_leave_no_session()
    {
        registry.Require();
        using var client = new RegistryClient(TestOptions.None);
        var name = TestOptions.NewName(registry.Host, "cancelled");
        await client.PutBlobAsync(name, TestContent.Blob([1]), null, default);
        var random = new Random(7);
        var moments = Enumerable.Range(0, 60).Select(_ => random.NextDouble() * 60).ToList();
        using var measure = TestContent.Stream(4_000_000);

        await Parallel.ForEachAsync(moments, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (moment, _) =>
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(moment));
            using var blob = Repeatable(measure.Descriptor);
            try
            {
                await client.PutBlobAsync(name, blob, null, cancel.Token);
            }
            catch (OperationCanceledException)
            {
                // What is tested is that nothing is left.
            }
        });

        Assert.Empty(registry.OpenUploads(name.Repository));
    }

    [SkippableFact]
    public async Task A_download_that_is_cut_goes_on_where_it_was()
    {
        registry.Require();
        using var proxy = new FaultProxy(registry.Host);
        using var client = new RegistryClient(TestOptions.None);
        var store = new RegistryImageStore(client);
        var name = TestOptions.NewName(proxy.Host);
        var content = TestContent.Bytes(3_000_000);
        await store.PutBlobAsync(name, TestContent.Blob(content), null, default);
        var cuts = 0;
        proxy.Handle = request => request.Method == "GET" && cuts++ < 3 ? request.ForwardAsync(answerLimit: 700_000) : Task.CompletedTask;

        Assert.Equal(content, await TestContent.ReadAsync(store, name, TestContent.Describe(content)));

        Assert.Contains(proxy.Requests, request => request.Header("Range") is not null);
    }

    [SkippableFact]
    public async Task A_part_of_a_blob_is_read()
    {
        registry.Require();
        using var client = new RegistryClient(TestOptions.None);
        var name = TestOptions.NewName(registry.Host);
        var content = TestContent.Bytes(100_000);
        await client.PutBlobAsync(name, TestContent.Blob(content), null, default);

        await using var part = await client.OpenBlobAsync(name, TestContent.Describe(content), 1000, 500, default);
        var read = new byte[600];
        var count = await part!.ReadAtLeastAsync(read, read.Length, throwOnEndOfStream: false);

        Assert.Equal(content[1000..1500], read[..count]);
    }

    [Fact]
    public async Task A_wrong_digest_a_wrong_length_and_an_endless_body_are_found_out()
    {
        var blob = TestContent.Describe("what it should be"u8.ToArray());
        var answers = new Dictionary<string, Func<ProxyRequest, Task>>
        {
            ["other"] = request => request.AnswerAsync(200, body: "what it is not be"),
            ["longer"] = request => request.AnswerAsync(200, body: "what it should be and more"),
            ["endless"] = async request =>
            {
                await request.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                await request.SendEndlesslyAsync(new byte[10_000]);
            },
        };
        foreach (var (repository, answer) in answers)
        {
            using var proxy = new FaultProxy { Handle = answer };
            using var client = new RegistryClient(TestOptions.None);

            var failure = await Assert.ThrowsAsync<PackException>(
                () => TestContent.ReadAsync(new RegistryImageStore(client), TestOptions.NewName(proxy.Host, repository), blob));

            Assert.Equal("DigestMismatch", failure.ErrorId);
        }
    }

    [Fact]
    public async Task A_document_without_end_is_refused_before_it_is_in_memory()
    {
        using var proxy = new FaultProxy
        {
            Handle = async request =>
            {
                await request.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\n\r\n");
                await request.SendEndlesslyAsync(new byte[10_000]);
            },
        };
        using var client = new RegistryClient(TestOptions.None);

        var failure = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(TestOptions.NewName(proxy.Host), default));

        Assert.Equal("RegistryAnswerInvalid", failure.ErrorId);
    }

    [Fact]
    public async Task A_manifest_with_another_digest_is_refused()
    {
        using var proxy = new FaultProxy { Handle = request => request.AnswerAsync(200, $"Docker-Content-Digest: {OciDigest.Of("x"u8)}\r\n", "{}") };
        using var client = new RegistryClient(TestOptions.None);
        var name = TestOptions.NewName(proxy.Host);

        Assert.Equal("DigestMismatch", (await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(name, default))).ErrorId);
        Assert.Equal("DigestMismatch", (await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(name.WithDigest(OciDigest.Of("y"u8)), default))).ErrorId);
    }

    [Fact]
    public async Task A_redirect_loop_ends()
    {
        using var proxy = new FaultProxy { Handle = request => request.AnswerAsync(307, $"Location: {request.Target}x\r\n") };
        using var client = new RegistryClient(TestOptions.None);

        var failure = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(TestOptions.NewName(proxy.Host), default));

        Assert.Equal("RegistryAnswerInvalid", failure.ErrorId);
        Assert.Contains("redirects", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("silent", "RegistryUnreachable")]
    [InlineData("slow", "RegistryUnreachable")]
    [InlineData("cut", "RegistryUnreachable")]
    [InlineData("nonsense", "RegistryUnreachable")]
    public async Task A_server_that_does_not_answer_is_given_up(string fault, string id)
    {
        using var proxy = new FaultProxy
        {
            Handle = async request =>
            {
                switch (fault)
                {
                    case "silent":
                        await request.StaySilentAsync();
                        break;
                    case "slow":
                        await request.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10000\r\n\r\n");
                        await request.SendEndlesslyAsync("x"u8.ToArray(), TimeSpan.FromMilliseconds(20));
                        break;
                    case "cut":
                        request.Cut();
                        break;
                    default:
                        await request.SendAsync("this is not HTTP\r\n\r\n");
                        break;
                }
            },
        };
        using var client = new RegistryClient(TestOptions.None with { Limits = Impatient });
        var name = TestOptions.NewName(proxy.Host);
        var blob = TestContent.Describe(new byte[10_000]);

        var manifest = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(name, default));
        var content = await Assert.ThrowsAsync<PackException>(() => TestContent.ReadAsync(new RegistryImageStore(client), name, blob));
        var upload = await Assert.ThrowsAsync<PackException>(() => client.PutBlobAsync(name, TestContent.Blob([1]), null, default));

        Assert.Equal(id, manifest.ErrorId);
        Assert.Equal(id, content.ErrorId);
        Assert.Contains(upload.ErrorId, new[] { id, "RegistryFailed" });
        Assert.Equal(name.Name, manifest.Target);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_is_a_failure_soon()
    {
        string host;
        using (var proxy = new FaultProxy())
        {
            host = proxy.Host;
        }

        using var client = new RegistryClient(TestOptions.None);

        var failure = await Assert.ThrowsAsync<PackException>(() => client.GetManifestAsync(TestOptions.NewName(host), default));

        Assert.Equal(("RegistryUnreachable", PackErrorKind.Unreachable), (failure.ErrorId, failure.Kind));
        Assert.Contains("refused", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_list_without_end_is_refused()
    {
        using var proxy = new FaultProxy { Handle = request => request.AnswerAsync(200, $"Link: <{request.Target}>; rel=\"next\"\r\n", """{"tags":["a"]}""") };
        using var client = new RegistryClient(TestOptions.None);

        var failure = await Assert.ThrowsAsync<PackException>(() => client.ListTagsAsync(TestOptions.NewName(proxy.Host), default));

        Assert.Equal("RegistryAnswerInvalid", failure.ErrorId);
    }

    [Fact]
    public async Task A_list_is_read_page_by_page()
    {
        using var proxy = new FaultProxy
        {
            Handle = request => request.Target.Contains("last=b", StringComparison.Ordinal)
                ? request.AnswerAsync(200, body: """{"tags":["c"]}""")
                : request.AnswerAsync(200, $"Link: <{request.Target}&last=b>; rel=\"next\"\r\n", """{"tags":["b","a"]}"""),
        };
        using var client = new RegistryClient(TestOptions.None);

        Assert.Equal(["a", "b", "c"], await client.ListTagsAsync(TestOptions.NewName(proxy.Host), default));
    }

    private static NoiseBlob Repeatable(OciDescriptor blob) => new NoiseBlob(blob);

    private sealed class NoiseBlob(OciDescriptor descriptor) : BlobSource(descriptor)
    {
        public override ValueTask<Stream?> OpenAsync(long offset, CancellationToken cancellationToken) =>
            ValueTask.FromResult<Stream?>(new NoiseStream(Descriptor.Size) { Position = offset });
    }
}
