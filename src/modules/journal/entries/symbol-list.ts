const listed = (text: string) => text.trim().split(/\s+/)

/** Tickers that are no word of prose: found in any letter case. */
export const plainTickers = listed(`
  AAVE ADA AGIX AKT ALGO ANKR AVAX AXS BCH BNB BNT BSV BTC CFX CHZ CRO CRV CVX DOGE DYDX EGLD EIGEN ENJ EOS ETH
  FLOKI FTM GMX GNO GRT HBAR HNT ICP IMX INJ JASMY JTO KAVA KSM LDO LPT LRC LTC MATIC MKR MNT OKB ONDO OSMO
  PAXG PENDLE PYTH QNT RNDR RPL SHIB SKL SNX STETH STRK STX SUI TIA TRX USDC USDT WBTC WETH XEC XLM XMR XRP XTZ
  YFI ZEC ZIL ZRX
`)

/** Tickers that are also words, names or abbreviations: found in capitals only. */
export const capitalTickers = listed(`
  AERO APE APT ARB ATOM BAND BAT BLUR BONK CAKE CELO COMP COTI DAI DASH DOT ENA ENS ETC FET FIL FLOW GALA IOTA
  JUP KAS LINK MANA MASK METIS MINA NEAR NEO OMG OP PEPE POL RENDER ROSE RUNE SAND SEI SOL SUSHI TAO THETA TON
  TRUMP UNI VET WIF WLD WOO
`)

/** Names that mean one asset in any letter case. */
export const plainNames: Record<string, string> = {
  bitcoin: 'BTC',
  bitcoins: 'BTC',
  ethereum: 'ETH',
  solana: 'SOL',
  cardano: 'ADA',
  polkadot: 'DOT',
  chainlink: 'LINK',
  uniswap: 'UNI',
  litecoin: 'LTC',
  dogecoin: 'DOGE',
  monero: 'XMR',
  tezos: 'XTZ',
  algorand: 'ALGO',
  aptos: 'APT',
  arbitrum: 'ARB',
  filecoin: 'FIL',
  hedera: 'HBAR',
  'shiba inu': 'SHIB',
  'bitcoin cash': 'BCH',
  toncoin: 'TON',
  vechain: 'VET',
  zcash: 'ZEC',
  pepecoin: 'PEPE',
  tether: 'USDT',
  'usd coin': 'USDC',
  injective: 'INJ',
}

/** Names that are also words: found with a capital letter only (`Avalanche`, not `an avalanche of orders`). */
export const capitalNames: Record<string, string> = {
  Ether: 'ETH',
  Polygon: 'MATIC',
  Avalanche: 'AVAX',
  Ripple: 'XRP',
  Stellar: 'XLM',
  Cosmos: 'ATOM',
  Tron: 'TRX',
  Maker: 'MKR',
  Aave: 'AAVE',
  Celestia: 'TIA',
  Optimism: 'OP',
  'Near Protocol': 'NEAR',
}

/** What prices are quoted in: never a symbol as the second part of a pair, and never after a dollar sign. */
export const quoteCurrencies = listed('USD USDT USDC EUR GBP JPY CHF CAD AUD BTC ETH')
export const moneyNames = listed('USD EUR GBP JPY CHF CAD AUD')
