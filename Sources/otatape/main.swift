print("otatape")
