/** Industries (GB/T 4754-2017) of the invented province: what they sell, what they buy, how they live. */

/** producer: turns inputs into other goods · trader: sells what it buys · service: sells work · developer: builds for years, then sells. */
export type IndustryRole = 'producer' | 'trader' | 'service' | 'developer' | 'farm';

export interface Industry {
  readonly code: string;
  /** Words in the names of its firms. */
  readonly words: readonly [string, string];
  readonly role: IndustryRole;
  /** Relative number of general and of small-scale taxpayers. */
  readonly generalWeight: number;
  readonly smallWeight: number;
  /** Median monthly sales in thousand yuan of a general and of a small-scale taxpayer. */
  readonly generalThousand: number;
  readonly smallThousand: number;
  /** Purchases as a share of sales. */
  readonly costShare: number;
  /** Share of sales without any invoice, and share invoiced to consumers. */
  readonly uninvoicedShare: number;
  readonly consumerShare: number;
  readonly season: Season;
  /** Kilowatt-hours per thousand yuan of output. */
  readonly kwhPerThousand: number;
  /** Monthly sales in thousand yuan that one employee carries. */
  readonly thousandPerHead: number;
  readonly exporterShare: number;
  /** Chance in a year of an investment that takes several months of sales. */
  readonly investmentChance: number;
  /** Weights of what it sells and buys, by the keys of facts/goods.ts. Traders buy what they sell: `buys` is what they use themselves. */
  readonly sells: Readonly<Record<string, number>>;
  readonly buys: Readonly<Record<string, number>>;
}

/** Month factors of sales, January first. */
export const SEASONS = {
  flat: [0.97, 0.74, 1.04, 1.02, 1.0, 1.06, 0.98, 0.98, 1.04, 1.0, 1.05, 1.12],
  holiday: [1.35, 1.2, 0.85, 0.86, 0.95, 0.92, 0.9, 0.95, 1.15, 1.1, 0.85, 0.92],
  building: [0.6, 0.35, 0.85, 1.05, 1.15, 1.2, 1.15, 1.15, 1.2, 1.15, 1.1, 1.05],
  harvest: [0.6, 0.5, 0.5, 0.55, 0.7, 0.9, 1.0, 1.2, 1.7, 1.9, 1.5, 0.95],
  summer: [0.8, 0.7, 0.85, 0.95, 1.1, 1.3, 1.4, 1.3, 1.0, 0.9, 0.8, 0.9],
} as const;
export type Season = keyof typeof SEASONS;

type Money = readonly [generalThousand: number, smallThousand: number];
type Shares = readonly [cost: number, uninvoiced: number, consumer: number];
type Body = readonly [kwhPerThousand: number, thousandPerHead: number, exporterShare: number, investmentChance: number];

const industry = (
  code: string, words: readonly [string, string], role: IndustryRole, [generalWeight, smallWeight]: readonly [number, number],
  [generalThousand, smallThousand]: Money, [costShare, uninvoicedShare, consumerShare]: Shares, season: Season,
  [kwhPerThousand, thousandPerHead, exporterShare, investmentChance]: Body, sells: Record<string, number>, buys: Record<string, number>,
): Industry => ({
  code, words, role, generalWeight, smallWeight, generalThousand, smallThousand, costShare, uninvoicedShare, consumerShare, season,
  kwhPerThousand, thousandPerHead, exporterShare, investmentChance, sells, buys,
});

/** What every office buys besides its business. */
const office = { stationery: 0.3, telecom: 0.2, rent: 0.3, consulting: 0.1, advertising: 0.1 };
const plant = { power: 0.08, freight: 0.06, repair: 0.02, toll: 0.01 };

export const INDUSTRIES: readonly Industry[] = [
  industry('A0111', ['种植', '农业'], 'farm', [1, 3], [160, 22], [0.35, 0.25, 0.05], 'harvest', [4, 40, 0, 0.03], { wheat: 0.4, maize: 0.2, vegetables: 0.4 }, { fertiliser: 0.7, diesel: 0.2, repair: 0.1 }),
  industry('B0610', ['煤业', '矿业'], 'producer', [1, 0], [1400, 0], [0.66, 0, 0], 'flat', [60, 70, 0, 0.1], { coal: 1 }, { hardware: 0.3, diesel: 0.25, ...plant, labour: 0.2, motor: 0.1 }),
  industry('B1019', ['石料', '砂石'], 'producer', [1.2, 1], [320, 30], [0.7, 0.02, 0], 'building', [45, 60, 0, 0.06], { sand: 1 }, { diesel: 0.5, hardware: 0.2, ...plant, labour: 0.1 }),
  industry('C1311', ['面业', '粮油食品'], 'producer', [1.6, 0.5], [520, 28], [0.84, 0.03, 0.02], 'holiday', [26, 110, 0, 0.05], { flour: 1 }, { wheat: 0.78, packaging: 0.08, ...plant }),
  industry('C1371', ['蔬菜食品', '酱菜'], 'producer', [1.2, 1], [340, 26], [0.8, 0.05, 0.04], 'holiday', [22, 60, 0.06, 0.05], { preserved: 1 }, { vegetables: 0.68, glass: 0.12, packaging: 0.06, ...plant }),
  industry('C1512', ['酒业', '酿酒'], 'producer', [0.8, 0.6], [480, 30], [0.7, 0.05, 0.08], 'holiday', [20, 70, 0, 0.06], { liquor: 1 }, { maize: 0.5, glass: 0.24, packaging: 0.1, ...plant }),
  industry('C1711', ['纺织', '棉纺'], 'producer', [2, 0.8], [600, 32], [0.82, 0.01, 0], 'flat', [95, 65, 0.12, 0.07], { yarn: 0.5, fabric: 0.5 }, { cotton: 0.72, pigment: 0.06, ...plant }),
  industry('C1811', ['服饰', '制衣'], 'producer', [2, 2.2], [360, 32], [0.76, 0.03, 0.04], 'flat', [18, 30, 0.18, 0.04], { garment: 1 }, { fabric: 0.72, packaging: 0.05, processing: 0.08, ...plant }),
  industry('C2110', ['家具', '木业'], 'producer', [1.8, 2], [320, 34], [0.78, 0.04, 0.08], 'flat', [20, 42, 0.05, 0.04], { furniture: 0.8, board: 0.2 }, { timber: 0.35, board: 0.3, hardware: 0.1, paint: 0.08, ...plant }),
  industry('C2221', ['纸业', '造纸'], 'producer', [1, 0.3], [900, 30], [0.8, 0, 0], 'flat', [110, 90, 0.02, 0.08], { paper: 1 }, { pulp: 0.68, coal: 0.08, ...plant }),
  industry('C2319', ['印务', '包装印刷'], 'producer', [1.6, 2], [260, 30], [0.8, 0.01, 0.01], 'flat', [30, 45, 0, 0.05], { packaging: 0.6, stationery: 0.4 }, { paper: 0.7, pigment: 0.1, ...plant }),
  industry('C2614', ['化工', '树脂科技'], 'producer', [1, 0.2], [1100, 30], [0.8, 0, 0], 'flat', [85, 140, 0.06, 0.08], { resin: 0.6, granule: 0.4 }, { coal: 0.3, granule: 0.3, pigment: 0.05, ...plant, chip: 0.01 }),
  industry('C2641', ['涂料', '新材料'], 'producer', [1.6, 0.6], [480, 34], [0.8, 0.01, 0.01], 'building', [28, 85, 0.04, 0.05], { paint: 1 }, { resin: 0.52, pigment: 0.28, packaging: 0.05, ...plant }),
  industry('C2720', ['药业', '制药'], 'producer', [1.2, 0.2], [900, 28], [0.72, 0, 0.01], 'flat', [32, 80, 0.03, 0.09], { medicine: 1 }, { herbs: 0.45, packaging: 0.2, glass: 0.1, ...plant, research: 0.08 }),
  industry('C2929', ['塑业', '塑料制品'], 'producer', [2, 1.4], [420, 34], [0.78, 0.01, 0], 'flat', [60, 60, 0.07, 0.06], { plasticPart: 0.6, packaging: 0.4 }, { granule: 0.78, ...plant }),
  industry('C3011', ['水泥', '建材制造'], 'producer', [0.7, 0], [2200, 0], [0.76, 0, 0], 'building', [100, 160, 0, 0.08], { cement: 1 }, { sand: 0.3, coal: 0.34, ...plant, power: 0.2 }),
  industry('C3021', ['混凝土', '商砼'], 'producer', [1.2, 0.3], [900, 40], [0.8, 0.01, 0], 'building', [12, 110, 0, 0.06], { concrete: 1 }, { cement: 0.55, sand: 0.3, diesel: 0.05, freight: 0.08 }),
  industry('C3130', ['钢铁', '金属压延'], 'producer', [0.8, 0], [4200, 0], [0.88, 0, 0], 'flat', [120, 260, 0.04, 0.08], { steel: 1 }, { ironOre: 0.6, coal: 0.2, ...plant }),
  industry('C3252', ['铝业', '铝材'], 'producer', [0.8, 0.3], [1500, 36], [0.86, 0, 0], 'flat', [90, 150, 0.08, 0.07], { aluminium: 1 }, { aluminium: 0.7, coal: 0.05, ...plant }),
  industry('C3311', ['钢结构', '金属构件'], 'producer', [2.6, 2.4], [520, 38], [0.82, 0.01, 0], 'building', [22, 70, 0.03, 0.05], { structure: 0.7, hardware: 0.3 }, { steel: 0.8, paint: 0.04, ...plant }),
  industry('C3421', ['机床', '机械制造'], 'producer', [1.6, 0.6], [640, 36], [0.77, 0, 0], 'flat', [18, 65, 0.08, 0.07], { lathe: 0.5, machine: 0.5 }, { steel: 0.4, motor: 0.2, circuit: 0.12, hardware: 0.1, ...plant }),
  industry('C3670', ['汽配制造', '汽车零部件'], 'producer', [1.8, 0.8], [620, 34], [0.76, 0, 0], 'flat', [34, 60, 0.1, 0.07], { autoPart: 1 }, { steel: 0.42, plasticPart: 0.14, rubber: 0.12, aluminium: 0.12, ...plant }),
  industry('C2912', ['橡胶', '橡塑制品'], 'producer', [0.8, 0.4], [420, 30], [0.75, 0, 0], 'flat', [48, 60, 0.06, 0.05], { rubber: 1 }, { granule: 0.55, pigment: 0.1, ...plant }),
  industry('C3831', ['线缆', '电缆'], 'producer', [1.6, 0.5], [980, 36], [0.86, 0, 0], 'building', [20, 170, 0.06, 0.06], { cable: 1 }, { copper: 0.74, granule: 0.14, ...plant }),
  industry('C3841', ['电池科技', '新能源'], 'producer', [1, 0.2], [1200, 34], [0.8, 0, 0], 'flat', [40, 95, 0.14, 0.12], { lithiumBattery: 0.8, leadBattery: 0.2 }, { cathode: 0.5, copper: 0.12, circuit: 0.1, plasticPart: 0.06, ...plant }),
  industry('C2613', ['正极材料', '化学材料'], 'producer', [0.6, 0], [1600, 0], [0.82, 0, 0], 'flat', [70, 180, 0.06, 0.1], { cathode: 1 }, { resin: 0.2, copper: 0.35, coal: 0.1, ...plant }),
  industry('C3982', ['电子', '电子科技'], 'producer', [1.8, 0.6], [760, 34], [0.78, 0, 0], 'flat', [24, 60, 0.18, 0.09], { circuit: 0.7, phone: 0.3 }, { chip: 0.5, copper: 0.14, plasticPart: 0.1, ...plant }),
  industry('C4011', ['仪表', '自动化仪器'], 'producer', [1, 0.4], [360, 32], [0.72, 0, 0], 'flat', [10, 50, 0.06, 0.05], { instrument: 1 }, { circuit: 0.4, hardware: 0.2, plasticPart: 0.1, ...plant }),
  industry('D4412', ['电力', '能源'], 'producer', [0.8, 0.3], [3200, 30], [0.76, 0, 0.04], 'summer', [30, 400, 0, 0.1], { power: 1 }, { coal: 0.8, motor: 0.05, repair: 0.08, freight: 0.06 }),
  industry('D4610', ['水务', '供水'], 'producer', [0.5, 0.2], [600, 30], [0.45, 0.05, 0.4], 'summer', [80, 90, 0, 0.06], { water: 1 }, { power: 0.5, hardware: 0.3, repair: 0.2 }),
  industry('E4710', ['建设工程', '建筑安装'], 'service', [4.4, 3], [760, 46], [0.78, 0, 0], 'building', [4, 60, 0, 0.03], { construction: 1 }, { steel: 0.22, concrete: 0.2, cement: 0.08, structure: 0.1, cable: 0.08, labour: 0.16, freight: 0.04, lathe: 0.01, sand: 0.06 }),
  industry('E5011', ['装饰工程', '装修'], 'service', [2.2, 3], [260, 38], [0.7, 0.05, 0.12], 'building', [3, 40, 0, 0.02], { construction: 1 }, { board: 0.24, paint: 0.18, hardware: 0.16, cable: 0.1, labour: 0.16, aluminium: 0.1 }),
  industry('F5112', ['粮油贸易', '谷物贸易'], 'trader', [1.4, 1.4], [700, 40], [0.95, 0, 0.01], 'harvest', [1, 240, 0, 0.01], { flour: 0.6, maize: 0.25, fertiliser: 0.15 }, { freight: 0.6, ...office }),
  industry('F5122', ['食品批发', '副食供应'], 'trader', [2.4, 5], [520, 42], [0.94, 0.05, 0.02], 'holiday', [2, 180, 0, 0.01], { foodstuff: 0.4, drinks: 0.25, liquor: 0.15, preserved: 0.1, frozen: 0.1 }, { freight: 0.5, ...office }),
  industry('F5131', ['纺织品贸易', '布业'], 'trader', [1.8, 2], [520, 40], [0.94, 0.01, 0], 'flat', [1, 220, 0.05, 0.01], { yarn: 0.4, fabric: 0.4, garment: 0.2 }, { freight: 0.5, ...office }),
  industry('F5151', ['医药', '医药商贸'], 'trader', [1.4, 1], [900, 40], [0.92, 0.01, 0.02], 'flat', [2, 180, 0, 0.02], { medicine: 0.9, herbs: 0.1 }, { freight: 0.4, warehousing: 0.3, ...office }),
  industry('F5162', ['煤炭贸易', '能源贸易'], 'trader', [1.4, 0.6], [1300, 40], [0.96, 0, 0], 'summer', [1, 420, 0, 0.01], { coal: 0.8, diesel: 0.2 }, { freight: 0.8, ...office }),
  industry('F5164', ['金属贸易', '钢铁物资'], 'trader', [3.4, 2], [1100, 44], [0.96, 0, 0], 'building', [1, 380, 0.02, 0.01], { steel: 0.5, copper: 0.16, aluminium: 0.14, ironOre: 0.1, structure: 0.1 }, { freight: 0.7, ...office }),
  industry('F5165', ['建材贸易', '建材经营'], 'trader', [3, 7], [520, 44], [0.93, 0.06, 0.04], 'building', [1, 220, 0, 0.01], { cement: 0.3, board: 0.2, paint: 0.14, hardware: 0.16, cable: 0.1, sand: 0.1 }, { freight: 0.6, ...office }),
  industry('F5169', ['化工贸易', '化工原料'], 'trader', [2.2, 1], [760, 40], [0.94, 0, 0], 'flat', [1, 300, 0.02, 0.01], { resin: 0.3, pigment: 0.2, granule: 0.4, cathode: 0.1 }, { freight: 0.6, ...office }),
  industry('F5175', ['电气设备贸易', '机电设备'], 'trader', [2.8, 2.4], [560, 42], [0.91, 0.01, 0.02], 'flat', [1, 200, 0.02, 0.01], { cable: 0.24, motor: 0.2, leadBattery: 0.12, instrument: 0.14, lithiumBattery: 0.1, hardware: 0.2 }, { freight: 0.5, ...office }),
  industry('F5176', ['数码科技', '计算机贸易'], 'trader', [2, 2.6], [420, 40], [0.94, 0.02, 0.08], 'flat', [1, 160, 0.02, 0.01], { phone: 0.45, chip: 0.15, circuit: 0.15, stationery: 0.25 }, { freight: 0.4, ...office }),
  industry('F5179', ['设备贸易', '机械销售'], 'trader', [1.6, 0.8], [620, 40], [0.92, 0, 0], 'flat', [1, 260, 0.02, 0.01], { lathe: 0.4, machine: 0.25, server: 0.2, motor: 0.15 }, { freight: 0.5, ...office }),
  industry('F5212', ['超市', '商贸'], 'trader', [2, 10], [460, 34], [0.89, 0.34, 0.42], 'holiday', [12, 60, 0, 0.02], { foodstuff: 0.32, drinks: 0.18, household: 0.3, liquor: 0.1, frozen: 0.1 }, { power: 0.4, freight: 0.2, ...office }),
  industry('F5261', ['汽车销售', '汽车贸易'], 'trader', [1, 0.5], [1500, 40], [0.94, 0.03, 0.55], 'holiday', [3, 240, 0, 0.01], { car: 0.75, truck: 0.25 }, { freight: 0.5, power: 0.1, ...office }),
  industry('F5271', ['家电', '电器商行'], 'trader', [1.4, 5], [420, 38], [0.9, 0.15, 0.4], 'summer', [4, 120, 0, 0.01], { appliance: 0.7, phone: 0.3 }, { freight: 0.5, ...office }),
  industry('F5281', ['五金', '五金机电行'], 'trader', [1.2, 8], [260, 38], [0.92, 0.18, 0.2], 'building', [2, 90, 0, 0.01], { hardware: 0.6, cable: 0.15, motor: 0.1, paint: 0.15 }, { freight: 0.5, ...office }),
  industry('G5430', ['物流', '货运'], 'service', [3.2, 8], [320, 36], [0.74, 0.01, 0], 'flat', [1, 45, 0, 0.1], { freight: 1 }, { diesel: 0.68, toll: 0.14, repair: 0.08, labour: 0.06, rubber: 0.04 }),
  industry('G5990', ['仓储', '冷链仓储'], 'service', [0.9, 0.6], [260, 30], [0.5, 0, 0], 'flat', [14, 55, 0, 0.07], { warehousing: 1 }, { power: 0.4, labour: 0.3, repair: 0.1, rent: 0.2 }),
  industry('H6110', ['酒店', '宾馆'], 'service', [1, 6], [240, 26], [0.5, 0.18, 0.4], 'summer', [16, 22, 0, 0.05], { lodging: 0.75, catering: 0.25 }, { household: 0.3, power: 0.25, foodstuff: 0.25, ...office }),
  industry('H6210', ['餐饮', '饭庄'], 'service', [1, 16], [220, 24], [0.52, 0.3, 0.5], 'holiday', [12, 20, 0, 0.02], { catering: 1 }, { vegetables: 0.3, frozen: 0.24, foodstuff: 0.24, power: 0.12, ...office }),
  industry('I6311', ['通信服务', '电信'], 'service', [0.6, 0.6], [520, 28], [0.5, 0.04, 0.3], 'flat', [12, 60, 0, 0.1], { telecom: 1 }, { server: 0.3, cable: 0.2, power: 0.2, hosting: 0.3 }),
  industry('I6513', ['软件科技', '信息技术'], 'service', [3, 3], [300, 32], [0.42, 0.01, 0.01], 'flat', [2, 32, 0.02, 0.08], { software: 0.7, hosting: 0.3 }, { server: 0.4, hosting: 0.2, labour: 0.1, rail: 0.02, air: 0.04, ...office }),
  industry('K7010', ['置业', '房地产开发'], 'developer', [0.8, 0], [2400, 0], [0.9, 0, 0.85], 'flat', [1, 200, 0, 0], { housing: 1 }, { construction: 0.86, design: 0.06, consulting: 0.04, structure: 0.04 }),
  industry('K7020', ['物业', '物业服务'], 'service', [1, 1.6], [180, 26], [0.4, 0.25, 0.4], 'flat', [5, 14, 0, 0.01], { property: 1 }, { labour: 0.5, power: 0.2, repair: 0.1, ...office }),
  industry('L7111', ['设备租赁', '租赁'], 'service', [1.2, 1.4], [220, 30], [0.45, 0, 0], 'building', [2, 60, 0, 0.2], { rent: 0.7, repair: 0.3 }, { repair: 0.3, diesel: 0.2, ...office }),
  industry('L7241', ['财税咨询', '代理记账'], 'service', [0.8, 3], [120, 20], [0.3, 0.01, 0.02], 'flat', [2, 14, 0, 0.01], { accounting: 0.8, consulting: 0.2 }, { ...office }),
  industry('L7249', ['咨询', '商务服务'], 'service', [2.4, 8], [180, 26], [0.4, 0.02, 0.02], 'flat', [2, 22, 0, 0.01], { consulting: 0.6, advertising: 0.4 }, { rail: 0.03, air: 0.05, ...office }),
  industry('L7264', ['人力资源', '劳务派遣'], 'service', [1.2, 1], [520, 40], [0.25, 0, 0], 'building', [1, 6, 0, 0], { labour: 1 }, { ...office }),
  industry('L7291', ['旅行社', '国际旅行社'], 'service', [0.7, 1.4], [260, 30], [0.6, 0.05, 0.5], 'summer', [1, 50, 0, 0], { travel: 1 }, { lodging: 0.5, catering: 0.3, ...office }),
  industry('M7320', ['技术研究', '科技研发'], 'service', [1.2, 1.2], [260, 28], [0.45, 0, 0], 'flat', [8, 28, 0.02, 0.12], { research: 1 }, { instrument: 0.4, chip: 0.1, server: 0.1, labour: 0.1, ...office }),
  industry('M7481', ['工程设计', '勘察设计'], 'service', [1.4, 3], [220, 28], [0.35, 0, 0.01], 'flat', [2, 26, 0, 0.02], { design: 1 }, { labour: 0.2, rail: 0.04, ...office }),
  industry('N7721', ['环保', '水处理'], 'service', [1, 0.5], [420, 28], [0.5, 0, 0], 'flat', [40, 70, 0, 0.16], { treatment: 1 }, { power: 0.4, resin: 0.15, repair: 0.15, instrument: 0.1, ...office }),
  industry('O8111', ['汽修', '汽车维修'], 'service', [1, 8], [160, 26], [0.74, 0.2, 0.4], 'flat', [6, 24, 0, 0.01], { repair: 1 }, { autoPart: 0.7, paint: 0.1, rubber: 0.1, ...office }),
];
