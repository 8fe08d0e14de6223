using Buildpacks.Engines.Docker;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>The first question to a docker engine.</summary>
internal static class DockerQuestion
{
    /// <summary>The failure of the question.</summary>
    public static async Task<PackException> FailureAsync(DockerEngineOptions options)
    {
        await using var engine = new DockerEngine(options);
        return await Assert.ThrowsAsync<PackException>(() => engine.DescribeAsync(detail: false, CancellationToken.None));
    }
}
