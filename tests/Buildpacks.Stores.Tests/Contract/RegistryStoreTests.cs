using Buildpacks.Oci;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Stores.Tests.Contract;

/// <summary>The contract on a real registry.</summary>
public abstract class RegistryStoreTests(RegistryServer registry) : ImageStoreContract, IDisposable
{
    private RegistryClient? _client;

    private protected override IImageStore Store => new RegistryImageStore(_client ??= new RegistryClient(Options));

    private protected abstract RegistryOptions Options { get; }

    public void Dispose()
    {
        _client?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected override ImageReference NewName() => TestOptions.NewName(registry.Host);

    protected override void Require() => registry.Require();
}

public sealed class OpenRegistryStoreTests(OpenRegistryFixture registry) : RegistryStoreTests(registry), IClassFixture<OpenRegistryFixture>
{
    private protected override RegistryOptions Options => TestOptions.None;
}

public sealed class ChunkedRegistryStoreTests(OpenRegistryFixture registry) : RegistryStoreTests(registry), IClassFixture<OpenRegistryFixture>
{
    private protected override RegistryOptions Options => TestOptions.None with { ChunkSize = 70_000 };
}

public sealed class PasswordRegistryStoreTests(RegistryFixture registry) : RegistryStoreTests(registry), IClassFixture<RegistryFixture>
{
    private protected override RegistryOptions Options => TestOptions.With(registry.Host, registry.Credential);
}

public sealed class TokenRegistryStoreTests(TokenRegistryFixture registry) : RegistryStoreTests(registry), IClassFixture<TokenRegistryFixture>
{
    private protected override RegistryOptions Options => TestOptions.WithToken(registry);
}

public sealed class TlsRegistryStoreTests(TlsRegistryFixture registry) : RegistryStoreTests(registry), IClassFixture<TlsRegistryFixture>
{
    private protected override RegistryOptions Options => TestOptions.None with { CertificateFolders = [registry.CertificateFolder] };
}
