// How an upgrade of the generated rollout ends.

/// What becomes of one device's upgrade; decided by the device's number, so that the shares are exact.
enum UpgradeFate: String, CaseIterable, Codable, CodingKeyRepresentable {
    /// It installs what was offered.
    case success
    /// The image does not have the digest that was offered.
    case digestMismatch
    /// The firmware host answers 404.
    case notFound
    /// Progress ends half-way and the device's connection with it.
    case silence

    /// The fate of a device: of twenty upgrades of a dialect, two mismatch, one gets 404, one falls silent.
    init(ofDevice number: Int) {
        self =
            switch number / 2 % 20 {
            case 4, 13: .digestMismatch
            case 8: .notFound
            case 15: .silence
            default: .success
            }
    }

    /// Whether the capture holds the device's HTTP download: one in four; of every fate but silence.
    static func isDownloadSeen(ofDevice number: Int) -> Bool { number / 2 % 4 == 0 }
}
