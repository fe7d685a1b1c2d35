/** Goods and services with 19-digit tax classification codes: plausible, chosen for this invented province. */

export interface Good {
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly priceYuan: number;
  /** VAT rate in percent. */
  readonly rate: number;
}

const good = (prefix: string, name: string, unit: string, priceYuan: number, rate: number): Good => ({
  code: prefix.padEnd(19, '0'),
  name,
  unit,
  priceYuan,
  rate,
});

export const goods = {
  wheat: good('1010101010100', '*谷物*小麦', '吨', 2450, 9),
  flour: good('1030101010100', '*谷物加工品*小麦粉', '吨', 3300, 9),
  packaging: good('1060209040000', '*塑料制品*编织袋', '条', 1.2, 13),
  cotton: good('1010104010100', '*纤维原料*皮棉', '吨', 15200, 9),
  yarn: good('1040101020000', '*纺织产品*棉纱', '吨', 21500, 13),
  fabric: good('1040102010000', '*纺织产品*棉布', '米', 8.6, 13),
  resin: good('1070213010000', '*化学合成材料*丙烯酸树脂', '吨', 11800, 13),
  pigment: good('1070208020000', '*涂料颜料*钛白粉', '吨', 15100, 13),
  paint: good('1070207010000', '*涂料颜料*工业涂料', '千克', 24, 13),
  steel: good('1080107030000', '*黑色金属冶炼压延品*热轧钢材', '吨', 3720, 13),
  steelStructure: good('1080301010000', '*金属制品*钢结构件', '吨', 6900, 13),
  copper: good('1080202010000', '*有色金属*铜杆', '吨', 68500, 13),
  plasticGranule: good('1070214020000', '*化学合成材料*聚氯乙烯', '吨', 6200, 13),
  cable: good('1090406010000', '*电线电缆*电力电缆', '米', 42, 13),
  leadBattery: good('1090413010000', '*电池*铅酸蓄电池', '只', 310, 13),
  lithiumBattery: good('1090414020000', '*电池*锂离子电池', '只', 690, 13),
  cement: good('1070508010000', '*非金属矿物制品*水泥', '吨', 340, 13),
  foodstuff: good('1030307990000', '*方便食品*预包装食品', '箱', 96, 13),
  drinks: good('1030308010000', '*软饮料*瓶装饮料', '箱', 48, 13),
  household: good('1060512990000', '*日用杂品*家居用品', '件', 35, 13),
  diesel: good('1070101030000', '*成品油*柴油', '升', 6.9, 13),
  electricity: good('1100101010000', '*供电*电力', '千瓦时', 0.61, 13),
  server: good('1090511010000', '*计算机网络设备*服务器', '台', 42000, 13),
  machine: good('1090208990000', '*专用设备*成套生产线', '套', 860000, 13),
  truck: good('1090305020000', '*机动车*载货汽车', '辆', 265000, 13),
  processing: good('2010000000000', '*劳务*委托加工', '项', 30000, 13),
  freight: good('3010102020100', '*运输服务*公路货运', '次', 2600, 9),
  toll: good('3040502020200', '*经营租赁*通行费', '次', 240, 3),
  rail: good('3010101010100', '*运输服务*铁路客运', '次', 320, 9),
  air: good('3010301010000', '*运输服务*航空客运', '次', 980, 9),
  software: good('3040201010000', '*信息技术服务*软件开发', '项', 90000, 6),
  hosting: good('3040203000000', '*信息技术服务*系统运维', '月', 12000, 6),
  accounting: good('3040602010000', '*鉴证咨询服务*代理记账', '月', 800, 6),
  construction: good('3050100000000', '*建筑服务*工程款', '项', 280000, 9),
  repair: good('2020000000000', '*劳务*修理修配', '次', 1500, 13),
  catering: good('3070401000000', '*餐饮服务*餐饮费', '次', 420, 6),
  lodging: good('3070402000000', '*住宿服务*住宿费', '晚', 260, 6),
  design: good('3040301000000', '*设计服务*设计费', '项', 6000, 6),
  housing: good('5010100000000', '*不动产*商品住宅', '套', 760000, 9),
  vegetables: good('1010112000000', '*蔬菜*鲜菜', '千克', 4.2, 0),
} as const satisfies Record<string, Good>;

export interface Industry {
  readonly code: string;
  /** Word in the company name. */
  readonly words: readonly string[];
  readonly sells: readonly Good[];
  readonly buys: readonly Good[];
  /** Cost of goods as a share of sales. */
  readonly costShare: number;
  /** Yuan of monthly sales, smallest and largest firm. */
  readonly monthlyYuan: readonly [number, number];
  /** Share of sales without any invoice. */
  readonly uninvoicedShare: number;
  readonly consumerShare: number;
  readonly count: number;
}

const g = goods;
const industry = (
  code: string, words: string[], sells: Good[], buys: Good[], costShare: number,
  monthlyYuan: [number, number], uninvoicedShare: number, consumerShare: number, count: number,
): Industry => ({ code, words, sells, buys, costShare, monthlyYuan, uninvoicedShare, consumerShare, count });

/** General taxpayers by industry; `count` is the weight of the industry. */
export const generalIndustries: readonly Industry[] = [
  industry('C1311', ['面业', '粮油食品'], [g.flour], [g.wheat, g.packaging], 0.82, [200_000, 900_000], 0.04, 0, 7),
  industry('C1711', ['纺织', '棉纺'], [g.fabric], [g.yarn, g.yarn, g.electricity], 0.8, [200_000, 800_000], 0.02, 0, 9),
  industry('C2641', ['涂料', '化工'], [g.paint], [g.resin, g.pigment], 0.76, [150_000, 900_000], 0.02, 0, 9),
  industry('C3311', ['钢结构', '金属构件'], [g.steelStructure], [g.steel, g.electricity], 0.78, [250_000, 1_500_000], 0, 0, 9),
  industry('C3831', ['线缆', '电缆'], [g.cable], [g.copper, g.plasticGranule], 0.8, [300_000, 1_800_000], 0, 0, 9),
  industry('F5164', ['金属贸易', '钢铁物资'], [g.steel, g.copper, g.cement], [g.steel, g.copper, g.cement], 0.94, [400_000, 1_800_000], 0, 0, 9),
  industry('F5169', ['化工贸易', '化工原料'], [g.resin, g.pigment, g.plasticGranule], [g.resin, g.pigment, g.plasticGranule], 0.92, [300_000, 1_200_000], 0, 0, 7),
  industry('F5131', ['纺织品贸易'], [g.yarn], [g.yarn], 0.93, [250_000, 900_000], 0, 0, 5),
  industry('F5175', ['电气设备贸易'], [g.cable, g.leadBattery, g.server], [g.cable, g.leadBattery, g.server], 0.92, [300_000, 1_200_000], 0, 0, 6),
  industry('F5211', ['商贸', '百货'], [g.foodstuff, g.drinks, g.household], [g.foodstuff, g.drinks, g.household], 0.82, [150_000, 600_000], 0.3, 0.6, 7),
  industry('F5122', ['食品批发', '副食供应'], [g.foodstuff, g.drinks], [g.foodstuff, g.drinks], 0.92, [300_000, 900_000], 0, 0, 3),
  industry('I6513', ['软件科技', '信息技术'], [g.software, g.hosting], [g.server, g.hosting], 0.4, [80_000, 500_000], 0.02, 0, 9),
  industry('E4710', ['建设工程', '建筑安装'], [g.construction], [g.steel, g.cement, g.steelStructure], 0.7, [300_000, 1_600_000], 0, 0, 7),
  industry('K7010', ['房地产开发', '置业'], [g.housing], [g.construction, g.construction, g.cement], 0.95, [400_000, 1_500_000], 0, 0.8, 3),
  industry('G5430', ['物流运输', '货运'], [g.freight], [g.diesel, g.toll], 0.6, [100_000, 500_000], 0.02, 0, 7),
];

/** Small-scale taxpayers; monthly sales are those of an honest small firm. */
export const smallIndustries: readonly Industry[] = [
  industry('H6210', ['餐饮店', '饭庄'], [g.catering], [], 0.5, [8_000, 75_000], 0.5, 0.5, 26),
  industry('H6110', ['客栈', '旅馆'], [g.lodging], [], 0.4, [8_000, 60_000], 0.3, 0.4, 10),
  industry('F5299', ['日用品店', '百货经营部'], [g.household], [g.household], 0.7, [10_000, 85_000], 0.5, 0.6, 30),
  industry('F5165', ['建材经营部'], [g.cement], [g.cement], 0.8, [15_000, 95_000], 0.2, 0.1, 24),
  industry('G5430', ['运输部', '货运部'], [g.freight], [], 0.5, [10_000, 80_000], 0.1, 0, 24),
  industry('L7241', ['财税咨询', '代理记账'], [g.accounting], [], 0.3, [10_000, 70_000], 0.1, 0, 14),
  industry('O8111', ['汽修店', '修理部'], [g.repair], [], 0.5, [8_000, 70_000], 0.3, 0.4, 22),
  industry('M7491', ['设计工作室'], [g.design], [], 0.2, [10_000, 80_000], 0.1, 0, 15),
];

export const code7 = (item: { readonly code: string }): string => item.code.slice(0, 7);
