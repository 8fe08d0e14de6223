using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Tests.Os;

public sealed class PrivilegesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("bp-privileges-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [SkippableFact]
    public void A_folder_is_given_with_all_that_is_in_it_and_nothing_that_its_symlinks_lead_to()
    {
        Skip.IfNot(Privileges.IsRoot, "needs root");
        var outside = Directory.CreateDirectory(Path.Combine(_root, "outside", "folder")).FullName;
        var layers = Directory.CreateDirectory(Path.Combine(_root, "layers")).FullName;
        var inside = Directory.CreateDirectory(Path.Combine(layers, "a", "b")).FullName;
        var file = Path.Combine(inside, "file");
        File.WriteAllText(file, "");
        var link = Path.Combine(inside, "link");
        Directory.CreateSymbolicLink(link, Path.Combine(_root, "outside"));
        Directory.CreateSymbolicLink(Path.Combine(inside, "loop"), layers);

        Privileges.GiveTo(1234, 1234, [layers]);

        Assert.All([layers, inside, file, link], path => Assert.Equal(new Owner(1234, 1234), FileStatus.Of(path).Owner));
        Assert.All([Path.GetDirectoryName(outside)!, outside], path => Assert.Equal(new Owner(0, 0), FileStatus.Of(path).Owner));
    }
}
