using Buildpacks.Oci;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>What every engine does with the images of its store.</summary>
public abstract class ImageContract(EngineUnderTest subject) : EngineContract(subject)
{
    [SkippableFact]
    public async Task A_list_tells_an_image_s_names_labels_size_and_time_in_one_call()
    {
        Subject.Require();

        var images = await Engine.Images.ListAsync(new ImageListOptions(), None);

        var image = Assert.Single(images, image => Full(image.Tags).Contains(ImageName));
        Assert.Matches("^sha256:[0-9a-f]{64}$", image.Id);
        Assert.Equal("yes", image.Labels["contract"]);
        Assert.Equal(EngineUnderTest.Image.Labels["contract.text"], image.Labels["contract.text"]);
        Assert.InRange(image.Size, 500_000, 10_000_000);
        Assert.Equal(new DateTimeOffset(1980, 1, 1, 0, 0, 1, TimeSpan.Zero), image.Created);
        Assert.Single(Calls.Calls);
    }

    [SkippableFact]
    public async Task An_image_with_two_names_is_listed_once_with_both()
    {
        Subject.Require();
        var second = NewImageName("second");
        await Engine.Images.TagAsync(ImageName, second, None);

        var images = await Engine.Images.ListAsync(new ImageListOptions(), None);

        var image = Assert.Single(images, image => Full(image.Tags).Contains(ImageName));
        Assert.Contains(second, Full(image.Tags));
    }

    [SkippableTheory]
    [InlineData("contract", true)]
    [InlineData("contract=yes", true)]
    [InlineData("contract=no", false)]
    [InlineData("other", false)]
    public async Task A_list_by_label_holds_the_images_with_that_label(string label, bool expected)
    {
        Subject.Require();
        await LoadAsync(new TestImage { Name = NewImageName("plain"), Environment = ["PATH=/bin", "PLAIN=1"] });

        var images = await Engine.Images.ListAsync(new ImageListOptions(label), None);

        Assert.Equal(expected, images.Any(image => Full(image.Tags).Contains(ImageName)));
        Assert.DoesNotContain(images, image => image.Tags.Any(tag => tag.Contains("plain", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task An_inspection_tells_the_config_of_an_image()
    {
        Subject.Require();

        var image = (await Engine.Images.InspectAsync([ImageName], None))[ImageName];

        Assert.Matches("^sha256:[0-9a-f]{64}$", image.Id);
        Assert.Contains(ImageName, Full(image.Tags));
        Assert.Equal(EngineUnderTest.Image.Labels["contract.text"], image.Label("contract.text"));
        Assert.Null(image.Label("absent"));
        Assert.InRange(image.Size, 500_000, 10_000_000);
        Assert.Equal(new DateTimeOffset(1980, 1, 1, 0, 0, 1, TimeSpan.Zero), DateTimeOffset.Parse(image.Config.Created!));
        Assert.Equal("linux", image.Config.Os);
        Assert.NotEmpty(image.Config.Architecture);
        Assert.Equal(["PATH=/bin", "FROM_IMAGE=image"], image.Config.Config!.Env!);
        Assert.Equal(["echo", "from the image"], image.Config.Config.Cmd!);
        Assert.Equal("/workspace", image.Config.Config.WorkingDir);
        Assert.Equal(2, image.Config.Rootfs.DiffIds.Count);
        Assert.All(image.Config.Rootfs.DiffIds, diffId => Assert.Matches("^sha256:[0-9a-f]{64}$", diffId));
    }

    [SkippableFact]
    public async Task An_inspection_of_many_names_answers_for_those_that_exist()
    {
        Subject.Require();
        var other = await LoadAsync(new TestImage { Name = NewImageName("other"), Labels = new Dictionary<string, string> { ["is"] = "other" } });
        var id = (await Engine.Images.InspectAsync([ImageName], None))[ImageName].Id;
        string[] names =
        [
            "missing", "contract:1", other, "-x", "--all", "docker.io/library/missing:2", ImageName, id, id["sha256:".Length..],
            "Not An Image", "registry.example:5000/team/missing",
        ];

        var found = await Engine.Images.InspectAsync(names, None);

        Assert.Equal(new[] { "contract:1", other, ImageName, id, id["sha256:".Length..] }.Order(), found.Keys.Order());
        Assert.Equal("other", found[other].Label("is"));
        Assert.All(found.Where(pair => pair.Key != other), pair => Assert.Equal(id, pair.Value.Id));
    }

    [SkippableFact]
    public async Task An_inspection_of_missing_names_alone_is_empty()
    {
        Subject.Require();

        Assert.Empty(await Engine.Images.InspectAsync(["missing", "quay.io/missing/too:1"], None));
        Assert.Empty(await Engine.Images.InspectAsync(["-x"], None));
        Assert.Empty(await Engine.Images.InspectAsync([], None));
    }

    [SkippableFact]
    public async Task History_tells_the_steps_from_the_newest()
    {
        Subject.Require();

        var history = await Engine.Images.GetHistoryAsync(ImageName, None);

        Assert.Equal(2, history.Count);
        Assert.All(history, step => Assert.Equal("test image", step.CreatedBy));
        Assert.All(history, step => Assert.Equal(new DateTimeOffset(1980, 1, 1, 0, 0, 1, TimeSpan.Zero), step.Created));
        Assert.True(history[0].Size < history[1].Size, "the small layer of files lies on top of busybox");
        await FailsAsync(PackErrorKind.NotFound, () => Engine.Images.GetHistoryAsync("missing", None));
        await RefusesAsync(() => Engine.Images.GetHistoryAsync("--help", None));
    }

    [SkippableFact]
    public async Task A_tag_gives_an_image_one_more_name_and_moves_from_another()
    {
        Subject.Require();
        var other = await LoadAsync(new TestImage { Name = NewImageName("other"), Labels = new Dictionary<string, string> { ["is"] = "other" } });
        var tag = NewImageName("tag");

        await Engine.Images.TagAsync(ImageName, tag, None);
        var first = (await Engine.Images.InspectAsync([tag], None))[tag];
        await Engine.Images.TagAsync(other, tag, None);
        var second = (await Engine.Images.InspectAsync([tag], None))[tag];

        Assert.Equal("yes", first.Label("contract"));
        Assert.Equal("other", second.Label("is"));
    }

    [SkippableFact]
    public async Task A_short_name_is_written_as_docker_writes_it()
    {
        Subject.Require();
        var full = NewImageName("short");
        var familiar = ImageReference.Parse(full).ToFamiliarString();

        await Engine.Images.TagAsync("contract:1", familiar, None);

        Assert.Equal(2, (await Engine.Images.InspectAsync([full, familiar], None)).Count);
        Assert.Single(await Engine.Images.InspectAsync([full], None));
    }

    [SkippableFact]
    public async Task A_tag_of_nothing_or_for_no_name_is_refused()
    {
        Subject.Require();

        await FailsAsync(PackErrorKind.NotFound, () => Engine.Images.TagAsync("missing", "docker.io/library/x:1", None));
        await FailsAsync(PackErrorKind.InvalidInput, () => Engine.Images.TagAsync(ImageName, "Not A Name", None));
        await RefusesAsync(() => Engine.Images.TagAsync("-x", "docker.io/library/x:1", None));
        await RefusesAsync(() => Engine.Images.TagAsync(ImageName, "-x", None));
        await RefusesAsync(() => Engine.Images.TagAsync(ImageName, "--help", None));
    }

    [SkippableFact]
    public async Task A_removal_takes_a_name_and_with_the_last_name_the_image()
    {
        Subject.Require();
        var first = await LoadAsync(new TestImage { Name = NewImageName("first"), Environment = ["PATH=/bin", "REMOVAL=1"] });
        var second = NewImageName("second");
        await Engine.Images.TagAsync(first, second, None);
        var id = (await Engine.Images.InspectAsync([first], None))[first].Id;

        await Engine.Images.RemoveAsync(first, force: false, None);
        var afterOne = await Engine.Images.InspectAsync([first, second, id], None);
        await Engine.Images.RemoveAsync(second, force: false, None);
        var afterBoth = await Engine.Images.InspectAsync([second, id], None);

        Assert.Equal(new[] { second, id }.Order(), afterOne.Keys.Order());
        Assert.Empty(afterBoth);
    }

    [SkippableFact]
    public async Task A_removal_by_id_of_an_image_with_two_names_needs_force()
    {
        Subject.Require();
        var first = await LoadAsync(new TestImage { Name = NewImageName("first"), Environment = ["PATH=/bin", "BY_ID=1"] });
        var second = $"quay.io/contract/{Unique("second")}:1";
        await Engine.Images.TagAsync(first, second, None);
        var id = (await Engine.Images.InspectAsync([first], None))[first].Id;

        await FailsAsync(PackErrorKind.Conflict, () => Engine.Images.RemoveAsync(id, force: false, None));
        await Engine.Images.RemoveAsync(id, force: true, None);

        Assert.Empty(await Engine.Images.InspectAsync([first, second, id], None));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_removal_of_what_is_not_there_says_so(bool force)
    {
        Subject.Require();

        await FailsAsync(PackErrorKind.NotFound, () => Engine.Images.RemoveAsync("missing:1", force, None));
        await RefusesAsync(() => Engine.Images.RemoveAsync("-x", force, None));
        await RefusesAsync(() => Engine.Images.RemoveAsync("--all", force, None));
    }

    [SkippableFact]
    public async Task An_image_in_use_is_not_removed_and_with_force_loses_its_name_only()
    {
        Subject.Require();
        var image = await LoadAsync(new TestImage { Name = NewImageName("used"), Environment = ["PATH=/bin", "USED=1"] });
        var container = await CreateAsync(new ContainerSpec { Image = image });

        await FailsAsync(PackErrorKind.Conflict, () => Engine.Images.RemoveAsync(image, force: false, None));
        await Engine.Images.RemoveAsync(image, force: true, None);

        Assert.Empty(await Engine.Images.InspectAsync([image], None));
        Assert.Equal(container, (await Engine.Containers.InspectAsync(container, None)).Id);
    }
}
