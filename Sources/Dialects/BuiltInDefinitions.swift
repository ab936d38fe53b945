// The definitions that come with the program, as text.

/// A definition and what errors call it.
public struct DefinitionText: Hashable, Sendable {
    /// The file's name.
    public var origin: String
    /// What it says.
    public var yaml: String

    /// Joins a text with its name.
    public init(origin: String, yaml: String) {
        self.origin = origin
        self.yaml = yaml
    }
}

/// The embedded definitions.
public enum BuiltInDefinitions {
    /// Every definition under `Definitions`, in order of precedence.
    public static let all: [DefinitionText] = [
        text("iot-cloud-ota.yaml", PackageResources.iot_cloud_ota_yaml),
        text("jetlinks.yaml", PackageResources.jetlinks_yaml),
    ]

    private static func text(_ origin: String, _ bytes: [UInt8]) -> DefinitionText {
        DefinitionText(origin: origin, yaml: String(decoding: bytes, as: UTF8.self))
    }
}
