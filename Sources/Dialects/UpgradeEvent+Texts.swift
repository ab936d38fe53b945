// The fields of an event that events share.

extension UpgradeEvent {
    /// The dialect's name, such as `jetlinks`.
    public var dialect: String {
        get { shared.texts.dialect }
        set { changeTexts { $0.dialect = newValue } }
    }

    /// The definition's message name, such as `upgrade-progress`.
    public var rule: String {
        get { shared.texts.rule }
        set { changeTexts { $0.rule = newValue } }
    }

    /// Product, where the dialect has one.
    public var productID: String? {
        get { shared.texts.productID }
        set { changeTexts { $0.productID = newValue } }
    }

    /// The device that upgrades: the child, when a gateway relays.
    public var deviceID: String {
        get { shared.texts.deviceID }
        set { changeTexts { $0.deviceID = newValue } }
    }

    /// The gateway that relays for the device.
    public var gatewayID: String? {
        get { shared.texts.gatewayID }
        set { changeTexts { $0.gatewayID = newValue } }
    }

    /// A: `command_id`; B: `messageId`.
    public var commandID: String? {
        get { shared.texts.commandID }
        set { changeTexts { $0.commandID = newValue } }
    }

    /// B: `firmwareId`; A evolved: `content.file_info.id`.
    public var firmwareID: String? {
        get { shared.texts.firmwareID }
        set { changeTexts { $0.firmwareID = newValue } }
    }

    /// Version offered, reported or requested.
    public var version: String? {
        get { shared.texts.version }
        set { changeTexts { $0.version = newValue } }
    }

    /// The version a polling device says it runs.
    public var currentVersion: String? {
        get { shared.texts.currentVersion }
        set { changeTexts { $0.currentVersion = newValue } }
    }

    /// Download URL of an offer, verbatim: it may carry credentials.
    public var url: String? {
        get { shared.texts.url }
        set { changeTexts { $0.url = newValue } }
    }

    /// Declared size in bytes; `nil` when absent or the dialect's "unknown".
    public var sizeBytes: Int64? {
        get { shared.texts.sizeBytes }
        set { changeTexts { $0.sizeBytes = newValue } }
    }

    /// Declared digest of the image.
    public var digest: DeclaredDigest? {
        get { shared.texts.digest }
        set { changeTexts { $0.digest = newValue } }
    }

    /// How long the platform waits for the acknowledgement, where the offer states it.
    public var ackTimeout: Duration? {
        get { shared.texts.ackTimeout }
        set { changeTexts { $0.ackTimeout = newValue } }
    }

    /// What the device is given as time limit (seed A: per socket operation).
    public var socketTimeout: Duration? {
        get { shared.texts.socketTimeout }
        set { changeTexts { $0.socketTimeout = newValue } }
    }

    /// Silence after which the device's session expires, where the offer says so.
    public var sessionTimeout: Duration? {
        get { shared.texts.sessionTimeout }
        set { changeTexts { $0.sessionTimeout = newValue } }
    }

    /// Status or error code, verbatim.
    public var code: String? {
        get { shared.texts.code }
        set { changeTexts { $0.code = newValue } }
    }

    /// Message or error text, verbatim: it may carry credentials.
    public var reason: String? {
        get { shared.texts.reason }
        set { changeTexts { $0.reason = newValue } }
    }

    /// Phase named by a gateway (`headers.phase`).
    public var phase: String? {
        get { shared.texts.phase }
        set { changeTexts { $0.phase = newValue } }
    }

    /// The part of the device that upgrades, where it has several (module, channel, target).
    public var module: String? {
        get { shared.texts.module }
        set { changeTexts { $0.module = newValue } }
    }

    /// Which piece of the image, counted from 0, where it comes over MQTT.
    public var chunkIndex: Int64? {
        get { shared.texts.chunkIndex }
        set { changeTexts { $0.chunkIndex = newValue } }
    }

    /// Bytes of the piece of the image that came, or that a piece is asked to have.
    public var chunkBytes: Int64? {
        get { shared.texts.chunkBytes }
        set { changeTexts { $0.chunkBytes = newValue } }
    }

    /// Round of sending again what targets of a gateway miss (`headers.round`), from 1.
    public var round: Int64? {
        get { shared.texts.round }
        set { changeTexts { $0.round = newValue } }
    }

    /// Blocks that targets of a gateway still miss (`headers.missing`).
    public var missingCount: Int64? {
        get { shared.texts.missingCount }
        set { changeTexts { $0.missingCount = newValue } }
    }

    /// The oddities in words; may hold captured text.
    public var oddity: String? {
        get { shared.texts.oddity }
        set { changeTexts { $0.oddity = newValue } }
    }

    /// Takes a changed copy: other events may share the texts.
    private mutating func changeTexts(_ change: (inout EventTexts) -> Void) {
        var texts = shared.texts
        change(&texts)
        share(SharedTexts(texts))
    }
}
