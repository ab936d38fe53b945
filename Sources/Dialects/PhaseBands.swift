// Phases behind a single percentage. dialects.md §6, requirement 9.

/// The stretches of a percentage that stand for phases, where the payload names none.
struct PhaseBands: Hashable, Sendable {
    /// One stretch; both ends belong to it, and of two that fit the first counts.
    struct Band: Hashable, Sendable {
        var phase: String
        var range: ClosedRange<Double>
    }

    var bands: [Band]
    /// Whether only devices behind a gateway have them.
    var onlyBehindGateway = false

    /// Whether events with these texts have the bands.
    func apply(to texts: EventTexts) -> Bool { !onlyBehindGateway || texts.gatewayID != nil }

    /// The first band that a percentage falls into, by its number plus one; 0 for none.
    func number(of percent: Double?) -> Int {
        guard let percent else { return 0 }
        for (index, band) in bands.enumerated() where band.range.contains(percent) { return index + 1 }
        return 0
    }
}

extension MessageRule {
    /// Whether the event's phase is the one that its percentage stands for, so that nobody need write it.
    func isPhaseOfBand(_ event: UpgradeEvent) -> Bool {
        guard let bands, !bands.onlyBehindGateway || event.gatewayID != nil else { return false }
        let number = bands.number(of: event.percent)
        return number > 0 && bands.bands[number - 1].phase == event.phase
    }
}
