using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Builders;

public class BuilderCreatorOnPodman(PodmanFixture fixture) : BuilderCreatorTests(fixture), IClassFixture<PodmanFixture>;

public class BuilderCreatorOnDocker(DockerdFixture fixture) : BuilderCreatorTests(fixture), IClassFixture<DockerdFixture>;
