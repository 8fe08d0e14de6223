using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Builders;

[Trait("Category", "Long")]
public class BuilderCreatorOnPodman(PodmanFixture fixture) : BuilderCreatorTests(fixture), IClassFixture<PodmanFixture>;

public class BuilderCreatorOnDocker(DockerdFixture fixture) : BuilderCreatorTests(fixture), IClassFixture<DockerdFixture>;
