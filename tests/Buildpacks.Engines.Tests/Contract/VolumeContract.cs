namespace Buildpacks.Engines.Tests.Contract;

/// <summary>What every engine does with volumes.</summary>
public abstract class VolumeContract(EngineUnderTest subject) : EngineContract(subject)
{
    private static readonly Dictionary<string, string> Labels = new() { ["purpose"] = "cache of ä = b" };

    [SkippableFact]
    public async Task A_volume_that_was_made_is_listed_with_its_labels()
    {
        Subject.Require();
        var before = DateTimeOffset.Now.AddMinutes(-1);
        var name = NewVolumeName("made");

        await Engine.Volumes.CreateAsync(name, Labels, None);

        var volume = Assert.Single(await Engine.Volumes.ListAsync(None), volume => volume.Name == name);
        Assert.Equal(Labels, volume.Labels);
        Assert.InRange(volume.Created!.Value, before, DateTimeOffset.Now.AddMinutes(1));
    }

    [SkippableFact]
    public async Task A_volume_that_exists_is_left_as_it_is()
    {
        Subject.Require();
        var name = NewVolumeName("kept");
        var first = await Engine.Volumes.CreateAsync(name, Labels, None);

        var again = await Engine.Volumes.CreateAsync(name, new Dictionary<string, string> { ["purpose"] = "another" }, None);
        var unlabelled = await Engine.Volumes.CreateAsync(name, new Dictionary<string, string>(), None);

        Assert.Equal((true, false, false), (first, again, unlabelled));

        Assert.Equal(Labels, Assert.Single(await Engine.Volumes.ListAsync(None), volume => volume.Name == name).Labels);
    }

    [SkippableFact]
    public async Task The_engine_tells_the_size_of_its_volumes()
    {
        Subject.Require();
        var (empty, filled) = (NewVolumeName("empty"), NewVolumeName("filled"));
        await Engine.Volumes.CreateAsync(empty, Labels, None);
        var written = await RunAsync(new ContainerSpec
        {
            Image = ImageName,
            Mounts = [new ContainerMount(ContainerMountKind.Volume, filled, "/cache")],
            Command = ["sh", "-c", "head -c 1234567 /dev/zero > /cache/file"],
        });
        Assert.Equal((0, "", ""), written);

        var sizes = await Engine.Volumes.MeasureAsync(None);

        // podman rounds to four digits.
        Assert.Equal(0, sizes[empty]);
        Assert.InRange(sizes[filled], 1_234_000, 1_235_999);
    }

    [SkippableTheory]
    [InlineData("-x")]
    [InlineData("--help")]
    [InlineData("not a name")]
    public async Task A_volume_needs_a_name(string name)
    {
        Subject.Require();

        await FailsAsync(PackErrorKind.InvalidInput, () => Engine.Volumes.CreateAsync(name, Labels, None));
    }

    [SkippableFact]
    public async Task A_removed_volume_is_gone()
    {
        Subject.Require();
        var name = NewVolumeName("removed");
        await Engine.Volumes.CreateAsync(name, Labels, None);

        await Engine.Volumes.RemoveAsync(name, force: false, None);

        Assert.DoesNotContain(await Engine.Volumes.ListAsync(None), volume => volume.Name == name);
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Volumes.RemoveAsync(name, force: false, None));
        await RefusesAsync(() => Engine.Volumes.RemoveAsync("-x", force: false, None));
        await RefusesAsync(() => Engine.Volumes.RemoveAsync("--all", force: false, None));
    }

    [SkippableFact]
    public async Task With_force_a_volume_that_does_not_exist_is_no_failure()
    {
        Subject.Require();

        await Engine.Volumes.RemoveAsync("missing", force: true, None);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_volume_in_use_stays_and_so_does_its_container(bool force)
    {
        Subject.Require();
        var name = NewVolumeName("used");
        var container = await CreateAsync(new ContainerSpec
        {
            Image = ImageName,
            Mounts = [new ContainerMount(ContainerMountKind.Volume, name, "/cache")],
        });

        await FailsAsync(PackErrorKind.Conflict, () => Engine.Volumes.RemoveAsync(name, force, None));

        Assert.Contains(await Engine.Volumes.ListAsync(None), volume => volume.Name == name);
        Assert.Equal("created", (await Engine.Containers.InspectAsync(container, None)).Status);
    }
}
