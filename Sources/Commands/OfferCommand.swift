// `otatape offer`.

import ArgumentParser

struct OfferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "offer", abstract: "Offer.")
}
