using System.Diagnostics;
using Buildpacks.IO;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Processes;

public sealed class ProcessIdentityTests
{
    private const int NoProcess = 4_194_305;

    [Fact]
    public void This_process_is_not_gone() => Assert.False(ProcessIdentity.Current().IsGone());

    [Fact]
    public void It_is_the_same_however_often_it_is_asked_for() => Assert.Equal(ProcessIdentity.Current(), ProcessIdentity.Current());

    [Fact]
    public void A_text_makes_the_same_process_again() =>
        Assert.Equal(ProcessIdentity.Current(), ProcessIdentity.TryParse(ProcessIdentity.Current().ToString()));

    [Theory]
    [InlineData("")]
    [InlineData("a-b-c-d")]
    [InlineData("a-b-c-1-x")]
    [InlineData("a-b-c--1-2")]
    [InlineData("a-b-c-99999999999-2")]
    [InlineData("a-b-c-1-2-3")]
    public void Other_texts_are_no_process(string text) => Assert.Null(ProcessIdentity.TryParse(text));

    [Fact]
    public void A_number_that_no_process_has_is_gone() => Assert.True((ProcessIdentity.Current() with { Id = NoProcess }).IsGone());

    [Fact]
    public void A_number_that_another_process_has_by_now_is_gone() => Assert.True((ProcessIdentity.Current() with { Started = 1 }).IsGone());

    [Fact]
    public void A_process_of_before_the_machine_was_started_again_is_gone() =>
        Assert.True((ProcessIdentity.Current() with { Boot = "earlier", Space = "other" }).IsGone());

    [Fact]
    public void Of_another_machine_or_namespace_nothing_is_known()
    {
        Assert.False((ProcessIdentity.Current() with { Machine = "other", Boot = "other", Id = NoProcess }).IsGone());
        Assert.False((ProcessIdentity.Current() with { Space = "other", Id = NoProcess }).IsGone());
    }

    [LinuxFact]
    public void A_process_that_was_killed_is_gone_although_its_parent_has_not_noticed()
    {
        // The shell starts a child, kills it, and does not wait for it.
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", "sleep 60 & echo $!; kill -9 $!; exec sleep 60"]) { RedirectStandardOutput = true })!;
        try
        {
            var child = ProcessIdentity.Current() with { Id = int.Parse(shell.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture) };

            Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{child.Id}/stat").Contains(") Z ", StringComparison.Ordinal), Hang.Limit));
            Assert.True(child.IsGone());
        }
        finally
        {
            shell.Kill();
        }
    }
}
