using Buildpacks.Caches;
using Buildpacks.Configuration;
using Buildpacks.Oci;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Builds;

public sealed class CacheNamesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The digits were computed with sha256sum over the name as pack writes it, followed by the key.</summary>
    [Theory]
    [InlineData("web", "key", "pack-cache-library_web_latest-9185cc4b4c3e")]
    [InlineData("docker.io/library/web:latest", "key", "pack-cache-library_web_latest-9185cc4b4c3e")]
    [InlineData("my/repo:other-tag", "key", "pack-cache-my_repo_other-tag-686849c8cbb4")]
    [InlineData("myregistry.example:5000/fedora/httpd:version1.0", "abcdefghijklmnopqrst", "pack-cache-fedora_httpd_version1.0-dc500b5448b3")]
    public void Names_are_those_that_pack_gives(string image, string key, string name)
    {
        var reference = ImageReference.Parse(image);
        var registry = reference.Registry == "docker.io" ? "index.docker.io" : reference.Registry;
        _folder.File("keys.toml", $"[volume-keys]\n\"{registry}/{reference.Repository}:{reference.Tag}\" = \"{key}\"\n");

        var names = CacheNames.For(reference, new VolumeKeys(_folder["keys.toml"]));

        Assert.Equal((name + ".build", name + ".launch"), (names.Build, names.Launch));
    }

    [Fact]
    public void Words_that_Windows_reserves_are_spelled_as_pack_spells_them()
    {
        var names = CacheNames.For(ImageReference.Parse("acme/contact-aux:prn"), new VolumeKeys(_folder["keys.toml"]));

        Assert.StartsWith("pack-cache-acme_c_o_ntact-a_u_x_p_r_n-", names.Build, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_keeps_its_key()
    {
        var keys = new VolumeKeys(_folder["home/keys.toml"]);

        var first = keys.Get("index.docker.io/library/web:latest");
        var other = keys.Get("index.docker.io/library/other:latest");

        Assert.Matches("^[a-z]{20}$", first);
        Assert.NotEqual(first, other);
        Assert.Equal(first, new VolumeKeys(_folder["home/keys.toml"]).Get("index.docker.io/library/web:latest"));
        Assert.Equal([_folder["home/keys.toml"]], Directory.GetFiles(_folder["home"]));
    }

    [Fact]
    public void What_the_file_has_beside_keys_stays()
    {
        _folder.File("keys.toml", "other = 1\n[volume-keys]\n\"a\" = \"kept\"\n");

        new VolumeKeys(_folder["keys.toml"]).Get("b");

        var text = File.ReadAllText(_folder["keys.toml"]);
        Assert.Contains("other = 1", text, StringComparison.Ordinal);
        Assert.Equal("kept", new VolumeKeys(_folder["keys.toml"]).Get("a"));
    }

    [Fact]
    public void A_file_that_is_no_TOML_is_named()
    {
        _folder.File("keys.toml", "[volume-keys\n");

        var failure = Assert.Throws<PackException>(() => new VolumeKeys(_folder["keys.toml"]).Get("a"));

        Assert.Equal("VolumeKeysInvalid", failure.ErrorId);
        Assert.Contains(_folder["keys.toml"], failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[volume-keys]\na = \"\\UFFFFFFFF\"\n")]
    [InlineData("volume-keys = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]")]
    public void A_file_that_no_parser_takes_is_named(string text)
    {
        _folder.File("keys.toml", text);

        Assert.Contains(_folder["keys.toml"], Assert.Throws<PackException>(() => new VolumeKeys(_folder["keys.toml"]).Get("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_too_long_for_a_volume_is_cut_and_stays_its_own()
    {
        var keys = new VolumeKeys(_folder["keys.toml"]);
        var repository = new string('r', 230);

        var names = new[] { "a", "b" }.Select(tag => CacheNames.For(ImageReference.Parse($"{repository}:{new string('t', 120)}{tag}"), keys)).ToList();

        Assert.All(names, name => Assert.Equal((254, 255), (name.Build.Length, name.Launch.Length)));
        Assert.NotEqual(names[0].Build, names[1].Build);
    }

    [Fact]
    public async Task Many_builds_at_once_lose_no_key()
    {
        var path = _folder["keys.toml"];

        var keys = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (Image: $"image{i % 10}", Key: new VolumeKeys(path).Get($"image{i % 10}")))));

        Assert.All(keys, pair => Assert.Equal(pair.Key, new VolumeKeys(path).Get(pair.Image)));
        Assert.Equal(10, keys.Select(pair => pair.Key).Distinct().Count());
    }
}
