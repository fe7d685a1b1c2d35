import type { Random } from './random.ts';

const PLACES = ['滇池', '金碧', '玉龙', '苍洱', '曲靖麒麟', '澄江湖畔', '红河谷', '云岭', '翠湖', '安宁温泉', '石林', '东川'] as const;
const FIRST = ['恒', '瑞', '盛', '嘉', '宏', '昌', '信', '远', '鼎', '泽', '博', '禾', '凯', '润', '兴', '弘', '晟', '铭'] as const;
const SECOND = ['达', '源', '丰', '业', '通', '合', '祥', '诚', '泰', '辉', '航', '益', '隆', '捷', '利', '顺'] as const;
const SURNAMES = ['李', '王', '张', '杨', '赵', '普', '段', '和', '马', '陈'] as const;
const FARMERS = ['某', '某某'] as const;

/** An invented company name that no other firm of the province has; some carry full-width brackets as real ones do. */
export class Names {
  private readonly taken = new Set<string>();

  constructor(private readonly random: Random) {}

  company(word: string, outside: boolean): string {
    const style = this.random.int(0, 5);
    const place = outside ? this.random.pick(['粤海', '浙江', '川渝', '桂南', '湘江']) : this.random.pick(PLACES);
    return this.fresh(() => {
      const core = this.random.pick(FIRST) + this.random.pick(SECOND);
      return style === 0 ? `${core}（${place}）${word}有限公司` : `${place}${core}${word}有限公司`;
    });
  }

  shop(word: string): string {
    return this.fresh(() => {
      const core = this.random.pick(FIRST) + this.random.pick(SECOND);
      return `${this.random.pick(PLACES)}${core}${word}（个体工商户）`;
    });
  }

  farmer(): string {
    return `农户${this.random.pick(SURNAMES)}${this.random.pick(FARMERS)}`;
  }

  private fresh(make: () => string): string {
    let name = make();
    for (let extra = 2; this.taken.has(name); extra += 1) {
      name = extra < 8 ? make() : `${make().slice(0, -4)}第${extra}有限公司`;
    }
    this.taken.add(name);
    return name;
  }
}
