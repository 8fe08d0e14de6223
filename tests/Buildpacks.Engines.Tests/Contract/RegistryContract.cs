using System.Collections.Concurrent;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Engines.Tests.Contract;

/// <summary>How every engine pulls and pushes, with a registry that wants a password.</summary>
public abstract class RegistryContract(EngineUnderTest subject, RegistryFixture registry) : EngineContract(subject)
{
    private readonly string _name = registry.Image(Unique("team/app") + ":1");

    [SkippableFact]
    public async Task What_was_pushed_is_pulled_again()
    {
        var id = await PushAsync();
        await Engine.Images.RemoveAsync(_name, force: false, None);
        var reports = new Reports();

        await Engine.Images.PullAsync(Transfer(registry.Credential), reports, None);

        Assert.Equal(id, (await Engine.Images.InspectAsync([_name], None))[_name].Id);
        Assert.NotEmpty(reports.Seen);
    }

    [SkippableFact]
    public async Task A_pushed_image_has_a_digest_under_its_name()
    {
        await PushAsync();
        await Engine.Images.RemoveAsync(_name, force: false, None);
        await Engine.Images.PullAsync(Transfer(registry.Credential), progress: null, None);

        var image = (await Engine.Images.InspectAsync([_name], None))[_name];

        Assert.Contains(image.RepoDigests, digest => digest.StartsWith(_name[.._name.LastIndexOf(':')] + "@sha256:", StringComparison.Ordinal));
        Assert.Matches("^sha256:[0-9a-f]{64}$", image.Digest);
    }

    [SkippableFact]
    public async Task The_wrong_password_and_none_are_unauthorized()
    {
        await PushAsync();

        await FailsAsync(PackErrorKind.Unauthorized, () => Engine.Images.PullAsync(Transfer(registry.WrongCredential), null, None));
        await FailsAsync(PackErrorKind.Unauthorized, () => Engine.Images.PullAsync(Transfer(null), null, None));
        await FailsAsync(PackErrorKind.Unauthorized, () => Engine.Images.PushAsync(Transfer(registry.WrongCredential), null, None));
        await FailsAsync(PackErrorKind.Unauthorized, () => Engine.Images.PushAsync(Transfer(null), null, None));
    }

    [SkippableFact]
    public async Task What_the_registry_does_not_have_is_not_found()
    {
        Require();

        await FailsAsync(PackErrorKind.NotFound, () => Engine.Images.PullAsync(Transfer(registry.Credential), null, None));
    }

    [SkippableFact]
    public async Task What_the_engine_does_not_have_is_not_pushed()
    {
        Require();

        await FailsAsync(PackErrorKind.NotFound, () => Engine.Images.PushAsync(Transfer(registry.Credential), null, None));
    }

    [SkippableFact]
    public async Task A_registry_that_does_not_answer_is_unreachable()
    {
        Require();

        await FailsAsync(
            PackErrorKind.Unreachable, () => Engine.Images.PullAsync(new ImageTransfer("127.0.0.1:1/app:1") { Insecure = true }, null, None));
    }

    [SkippableTheory]
    [InlineData("-x")]
    [InlineData("--help")]
    [InlineData("Not A Name")]
    public async Task What_is_no_name_is_refused(string name)
    {
        Require();

        await FailsAsync(PackErrorKind.InvalidInput, () => Engine.Images.PullAsync(new ImageTransfer(name), null, None));
        await FailsAsync(PackErrorKind.InvalidInput, () => Engine.Images.PushAsync(new ImageTransfer(name), null, None));
    }

    [SkippableFact]
    public async Task A_platform_can_be_asked_for()
    {
        await PushAsync();
        await Engine.Images.RemoveAsync(_name, force: false, None);
        var architecture = (await Engine.Images.InspectAsync([ImageName], None))[ImageName].Config.Architecture;

        await Engine.Images.PullAsync(Transfer(registry.Credential) with { Platform = "linux/" + architecture }, null, None);

        Assert.Equal(architecture, (await Engine.Images.InspectAsync([_name], None))[_name].Config.Architecture);
    }

    [SkippableFact]
    public async Task The_password_is_in_no_command_line_no_record_and_no_error()
    {
        await PushAsync();
        using var watch = new CommandLineWatch();

        await Engine.Images.PullAsync(Transfer(registry.Credential), null, None);
        await Engine.Images.PushAsync(Transfer(registry.Credential), null, None);
        var failure = await FailsAsync(PackErrorKind.Unauthorized, () => Engine.Images.PullAsync(Transfer(registry.WrongCredential), null, None));

        foreach (var password in new[] { registry.Credential.Password, registry.WrongCredential.Password })
        {
            Assert.DoesNotContain(watch.Seen(), line => line.Contains(password, StringComparison.Ordinal));
            Assert.DoesNotContain(Calls.Calls.SelectMany(call => call.Arguments), argument => argument.Contains(password, StringComparison.Ordinal));
            Assert.DoesNotContain(password, failure.ToString(), StringComparison.Ordinal);
        }
    }

    private async Task<string> PushAsync()
    {
        Require();
        await Engine.Images.TagAsync(ImageName, _name, None);
        await Engine.Images.PushAsync(Transfer(registry.Credential), progress: null, None);
        return (await Engine.Images.InspectAsync([ImageName], None))[ImageName].Id;
    }

    public override async Task DisposeAsync()
    {
        if (Calls.Calls.Count > 0)
        {
            await ForgetAsync(() => Engine.Images.RemoveAsync(_name, force: true, None));
        }

        await base.DisposeAsync();
    }

    private void Require()
    {
        Subject.Require();
        registry.Require();
    }

    private ImageTransfer Transfer(RegistryCredential? credential) => new(_name) { Credential = credential, Insecure = true };

    private sealed class Reports : IProgress<EngineProgress>
    {
        public ConcurrentQueue<EngineProgress> Seen { get; } = [];

        public void Report(EngineProgress value) => Seen.Enqueue(value);
    }
}
