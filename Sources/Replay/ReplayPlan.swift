// What to publish when, what to wait for and what to serve, read from one recorded session. design.md §6.

public import Dialects
public import Sessions
public import Traffic

/// Everything a replay of one recorded session needs to know beforehand.
public struct ReplayPlan: Sendable {
    /// Tells the events of the played peer from those of the side under test.
    public typealias PeerTest = @Sendable (UpgradeEvent) -> Bool

    /// The recorded session.
    public let session: Session
    /// The recorded peer's messages, in recorded order.
    public let steps: [ReplayStep]
    /// What ends the observation.
    public let ending: ReplayEnding
    /// The image that is served and its relation to the offer.
    public let image: ImageRelation
    /// The network that each download meets, in order of the requests; never empty.
    ///
    /// A live device may ask more often than the recorded one did: the last curve serves the rest.
    public let downloads: [NetworkCurve]
    /// What a person must know to read the result, as sentences.
    public let notes: [String]
    /// Tells the events of the played peer from those of the side under test.
    public let isPeer: PeerTest
    private let firmwareIDs: Set<String>

    /// Whether an event is the platform's, judged by its kind.
    public static func isPlatform(_ event: UpgradeEvent) -> Bool {
        switch event.kind {
        case .offer, .cancel, .versionQuery, .noUpdate: true
        default: false
        }
    }

    /// Plans the replay of a recorded session.
    ///
    /// - Parameters:
    ///   - trace: the recorded session with its evidence.
    ///   - settings: pace, patience, image and network.
    ///   - isPeer: which events we publish. Every event for a timed re-publishing in which nothing is awaited.
    /// - Throws: `.headMissing` without an offer (unless all is re-published), `.nothingToSend` without any
    ///   message, `.speedUnusable` outside `ReplaySettings.speeds`. A missing end is not an error but a note.
    public init(
        trace: SessionTrace,
        settings: ReplaySettings,
        isPeer: @escaping PeerTest = { ReplayPlan.isPlatform($0) }
    ) throws(ReplayError) {
        guard settings.speed == 0 || ReplaySettings.speeds.contains(settings.speed) else {
            throw .speedUnusable(settings.speed)
        }
        let events = trace.events
        guard !events.isEmpty else { throw .nothingToSend(device: trace.session.key.deviceID) }
        guard
            events.contains(where: { $0.kind == .offer || $0.kind == .noUpdate }) || events.allSatisfy(isPeer)
        else { throw .headMissing(device: trace.session.key.deviceID) }
        let script = ReplayScript(entries: trace.entries, isPeer: isPeer)
        guard !script.steps.isEmpty else { throw .nothingToSend(device: trace.session.key.deviceID) }
        let image = ImageRelation(of: trace, image: settings.image)
        let downloads = DownloadPlan(trace: trace, settings: settings, byteCount: image.byteCount)
        self.session = trace.session
        self.steps = script.steps
        self.ending = script.ending
        self.image = image
        self.downloads = downloads.curves
        self.notes = Self.notes(on: trace.session, settings: settings) + image.notes + downloads.notes
        self.isPeer = isPeer
        self.firmwareIDs = Set(events.compactMap(\.firmwareID))
    }

    /// Bindings of the session's identity: each id to the one given, or to itself.
    public func bindings(device: String? = nil, product: String? = nil, gateway: String? = nil) -> Bindings {
        var bindings = Bindings()
        bindings.bind(.device, recorded: session.key.deviceID, live: device ?? session.key.deviceID)
        if !session.key.productID.isEmpty {
            bindings.bind(.product, recorded: session.key.productID, live: product ?? session.key.productID)
        }
        if let recorded = session.gatewayID {
            bindings.bind(.gateway, recorded: recorded, live: gateway ?? recorded)
        }
        for recorded in firmwareIDs { bindings.bind(.firmware, recorded: recorded, live: recorded) }
        return bindings
    }

    private static let timeouts: Set<FailureClass> = [
        .timedOut, .stalled, .notAcked, .ackedNoRequest, .resultMissing,
    ]

    private static func notes(on session: Session, settings: ReplaySettings) -> [String] {
        var notes: [String] = []
        if settings.speed != 1, let failure = session.failureClass, timeouts.contains(failure) {
            let pace = settings.speed == 0 ? "without delays" : "at speed \(settings.speed)"
            notes.append(
                "Replayed \(pace) while a timeout (\(failure.rawValue)) is under test: the device's own timers do not scale."
            )
        }
        if !session.isTailSeen && session.outcome == .open {
            notes.append("The recording ends before the session did: only what was recorded can be compared.")
        }
        return notes
    }
}
