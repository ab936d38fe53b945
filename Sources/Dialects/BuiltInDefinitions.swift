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
        text("iot-cloud-ota-2.yaml", PackageResources.iot_cloud_ota_2_yaml),
        text("jetlinks.yaml", PackageResources.jetlinks_yaml),
        text("alibaba.yaml", PackageResources.alibaba_yaml),
        text("tencent.yaml", PackageResources.tencent_yaml),
        text("thingsboard.yaml", PackageResources.thingsboard_yaml),
        text("aws-iot-jobs.yaml", PackageResources.aws_iot_jobs_yaml),
        text("huawei-iotda.yaml", PackageResources.huawei_iotda_yaml),
        text("zigbee2mqtt.yaml", PackageResources.zigbee2mqtt_yaml),
        text("tasmota.yaml", PackageResources.tasmota_yaml),
    ]

    /// The page that says what a definition can say.
    public static let language = String(decoding: PackageResources.language_md, as: UTF8.self)

    private static func text(_ origin: String, _ bytes: [UInt8]) -> DefinitionText {
        DefinitionText(origin: origin, yaml: String(decoding: bytes, as: UTF8.self))
    }
}
